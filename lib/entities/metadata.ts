import { parseWithSource, rawJson } from '../domain/source-json.ts';

/**
 * Metadata as an answer shows it: a JSON object or array is parsed, with each number as the chain writes it; any other text
 * stays text.
 */
export function presentMetadata(text: string | null): unknown {
  if (text === null || !/^\s*[[{]/.test(text)) return text;
  try {
    return parseWithSource(text, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined && source !== String(value) ? rawJson(source) : value,
    );
  } catch {
    return text;
  }
}

/** The value at a JSON pointer (RFC 6901), a number as the text that the chain has; undefined: there is no such value. */
export function atPointer(text: string | null, pointer: string): unknown {
  if (text === null || !/^\s*[[{]/.test(text)) return undefined;
  try {
    let at: unknown = parseWithSource(text, (_key, value, { source }) => (typeof value === 'number' ? source : value));
    for (const token of pointer.split('/').slice(1)) {
      if (typeof at !== 'object' || at === null) return undefined;
      const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
      at = Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined;
    }
    return at;
  } catch {
    return undefined;
  }
}
