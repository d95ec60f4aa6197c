/** What Node 24 has and TypeScript's es2024 library does not describe yet (ECMA-262, "JSON.parse source text access"). */
interface SourceTextJson {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
}

/**
 * JSON.parse that keeps an integer above 2^53 as its own text, so that `JSON.stringify` writes the same digits again.
 * Such a value is opaque: it can be passed on, not counted with.
 */
export function parseExact(text: string): unknown {
  if (!/[:,[\s]\d{16,}/.test(text)) return JSON.parse(text);
  const json = JSON as unknown as SourceTextJson;
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? json.rawJSON(source)
      : value,
  );
}
