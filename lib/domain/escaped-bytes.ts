/** The bytes of a value in the answer of a Lambda, in which the body is an escaped JSON string. */
export const escapedBytes = (value: unknown): number =>
  Buffer.byteLength(JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)));
