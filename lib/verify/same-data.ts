import { canonicalJson } from '../domain/digest.ts';
import type { UnprovedMember } from '../domain/full-proof.ts';

/** What the service joins of its own where the chain says nothing. */
const joined = ['local', 'tokens'] as const;

/** The data that was made again, in the form of the answer's JSON; undefined where the answer's is another one. */
export function formOf(
  answered: Readonly<Record<string, unknown>>,
  made: object,
): { readonly data: object; readonly unproved: readonly UnprovedMember[] } | undefined {
  const data = JSON.parse(JSON.stringify(made)) as Record<string, unknown>;
  const unproved = joined.filter((name) => data[name] === null && (answered[name] ?? null) !== null);
  const compared = { ...answered, ...Object.fromEntries(unproved.map((name) => [name, null])) };
  return canonicalJson(plain(compared)) === canonicalJson(data) ? { data, unproved } : undefined;
}

/** The client reads whole numbers that no double holds as a bigint; JSON.parse rounds them. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? Number(member) : member)));
