/** Marks a bigint inside of JSON text. No text that was not made here has it. */
const mark = `bigint-${crypto.getRandomValues(new Uint32Array(4)).join('-')}:`;
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const marked = new RegExp(`"${mark}(-?\\d+)"`, 'g');

/** JSON without loss: a whole number that a double cannot hold is a bigint. Throws a SyntaxError. */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const exact = text.replace(tokens, (token) =>
    /^-?[1-9]\d*$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token,
  );
  return JSON.parse(exact, (_, value) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}

/** The same the other way: a bigint becomes a number of all its digits. */
export const writeJson = (value: unknown): string =>
  JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? `${mark}${member}` : member)).replace(
    marked,
    '$1',
  );
