import type { UnprovedMember } from '../domain/full-proof.ts';
import { parseWithSource } from '../domain/source-json.ts';

/** What the service joins of its own where the chain says nothing. */
const joined = ['local', 'tokens'] as const;

/** Rule PROOF-5: the data that was made again, in the form of the answer's JSON; undefined where the answer's is another one. */
export function formOf(
  answered: Readonly<Record<string, unknown>>,
  made: object,
): { readonly data: object; readonly unproved: readonly UnprovedMember[] } | undefined {
  const data = exact(made) as Readonly<Record<string, unknown>>;
  const unproved = joined.filter((name) => data[name] === null && (answered[name] ?? null) !== null);
  const compared = { ...answered, ...Object.fromEntries(unproved.map((name) => [name, null])) };
  return isSame(data, compared) ? { data, unproved } : undefined;
}

/** As the client reads JSON: a whole number that no double holds is a bigint, so that no digit is lost. */
const exact = (made: object): unknown =>
  parseWithSource(JSON.stringify(made), (_, value, context) => {
    const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    return isRounded && /^-?\d+$/.test(context.source ?? '') ? BigInt(context.source as string) : value;
  });

/** JSON.parse alone rounds such a number: then what it was rounded to is compared. */
function isSame(made: unknown, answered: unknown): boolean {
  if (typeof made === 'bigint') return made === answered || Number(made) === answered;
  if (typeof made !== 'object' || made === null) return made === answered;
  if (typeof answered !== 'object' || answered === null || Array.isArray(made) !== Array.isArray(answered))
    return false;
  const members = Object.entries(made);
  return (
    members.length === Object.keys(answered).length &&
    members.every(
      ([name, member]) => Object.hasOwn(answered, name) && isSame(member, (answered as Record<string, unknown>)[name]),
    )
  );
}
