import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256, in hex, over the canonical form of a JSON value: equal for equal values, in whatever order their members stand. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/**
 * The canonical form of RFC 8785 (JCS), by which two values are compared. Throws for what is no JSON value.
 *
 * RFC 8785 has no form for a string with a lone surrogate (`"\ud800"`), which JSON itself allows: a node, a caller or an edited
 * row may hold one. Such a surrogate counts as U+FFFD, so that no text makes a comparison fail.
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
    // The second error stands: a number that is not finite has no form at all.
    return canonicalize(wellFormed(value));
  }
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name.toWellFormed(), wellFormed(part)]));
}
