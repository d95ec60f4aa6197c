/** A number as large as this may be parsed to Infinity. */
const largeNumber = /\d[eE]\+?\d|\d{300}/;

/**
 * The value of an item's JSON text. Throws for text that is not JSON, and for a number that is not finite (`1e999`): the
 * service writes none, and it has no canonical form, so no digest could be made of it.
 */
export function storedJson<Value>(text: string): Value {
  return JSON.parse(text, largeNumber.test(text) ? onlyFinite : undefined);
}

function onlyFinite(_name: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new SyntaxError('a number that is not finite');
  return value;
}
