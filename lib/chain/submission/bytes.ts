/** The bytes that Casper hashes ("bytesrepr" of casper-types): little-endian integers, lengths as u32 before what has any length. */

export const u8 = (value: bigint | number): Buffer => Buffer.from([Number(value)]);

export function u32(value: bigint | number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Number(value));
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

export const sized = (bytes: Buffer): Buffer => Buffer.concat([u32(bytes.length), bytes]);

export const utf8 = (text: string): Buffer => sized(Buffer.from(text));

export const option = (bytes: Buffer | undefined): Buffer =>
  bytes === undefined ? u8(0) : Buffer.concat([u8(1), bytes]);

/** The envelope in which 2.x puts the fields of a struct: how many, the index and offset of each, the length of all. */
export function callTable(...fields: readonly Buffer[]): Buffer {
  let offset = 0;
  const table = fields.map((field, index) => {
    const entry = Buffer.alloc(6);
    entry.writeUInt16LE(index);
    entry.writeUInt32LE(offset, 2);
    offset += field.length;
    return entry;
  });
  return Buffer.concat([u32(fields.length), ...table, u32(offset), ...fields]);
}
