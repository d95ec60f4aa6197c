import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256, in hex, over the canonical form of a JSON value: equal for equal values, in whatever order their members stand. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/**
 * The canonical form of RFC 8785 (JCS), by which two values are compared. Throws when `value` cannot be expressed in JSON.
 *
 * RFC 8785 has no form for a string with a lone surrogate (`"\ud800"`), which JSON itself allows: a node, a caller or an
 * edited row may hold one. Such a value has the form that stored digests were made of: the surrogate as its escape.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalFormOf(value);
  if (text === undefined) throw new TypeError('only JSON values have a canonical form');
  return text;
}

function canonicalFormOf(value: unknown): string | undefined {
  try {
    return canonicalize(value);
  } catch {
    return withEscapedSurrogates(value);
  }
}

/** As RFC 8785, but for strings: `JSON.stringify` escapes a lone surrogate. */
function withEscapedSurrogates(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(withEscapedSurrogates).join(',')}]`;
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'string') return JSON.stringify(value);
    // A number that is not finite has no form at all.
    return canonicalize(value) ?? 'null';
  }
  const members = Object.entries(value).filter(([, part]) => part !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, part]) => `${JSON.stringify(name)}:${withEscapedSurrogates(part)}`).join(',')}}`;
}
