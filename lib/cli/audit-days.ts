import { createHash, createPublicKey, verify } from 'node:crypto';
import type { Schemas } from '../client/contract.ts';
import type { LookupClient } from '../client/create-client.ts';
import { RefusedError } from '../client/errors.ts';
import { NegativeResult } from './failure.ts';

export type SignedDay = Schemas['HeadDigest'];

export interface CheckedDay {
  readonly day: string;
  readonly entries: number | null;
  /** SHA-256 of the key, to be compared with one from elsewhere. */
  readonly key: string | null;
  /** Empty: signature and chain hold. */
  readonly problems: readonly string[];
}

/**
 * The signed days from `from` to before `until`, newest first: each names the one before. Days of which the service has no more are
 * `undefined`, with what names them.
 */
export async function* signedDays(
  { from, until }: { readonly from: string; readonly until: string },
  client: LookupClient,
): AsyncGenerator<{ readonly day: string; readonly signed: SignedDay | undefined }> {
  let signed = await found({}, client);
  let day = dateIn(signed?.day);
  while (day !== undefined && day >= from) {
    if (day < until) yield { day, signed };
    const before: string | undefined = dateIn(signed?.statement.previous?.day);
    // A day names an earlier one, or the walk would not end.
    if (before === undefined || before >= day || before < from) return;
    day = before;
    signed = await found({ day }, client);
  }
}

/** A file is named after it: what answers there must not choose another place. */
function dateIn(day: string | undefined): string | undefined {
  if (day === undefined || /^\d{4}-\d{2}-\d{2}$/.test(day)) return day;
  throw new NegativeResult('the service names a signed day that is no date');
}

async function found(input: { readonly day?: string }, client: LookupClient): Promise<SignedDay | undefined> {
  try {
    return await client.getAuditHeads(input);
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
}

/** Whether the signature of a day is good, and whether it follows `before`, the one that it names; undefined: it was not asked for. */
export function checkDay(
  day: string,
  signed: SignedDay | undefined,
  before: { readonly signed: SignedDay | undefined } | undefined,
): CheckedDay {
  if (signed === undefined)
    return { day, entries: null, key: null, problems: ['the next day names it, and it is not kept'] };
  const { statement, signature, publicKey, copies } = signed;
  const problems: string[] = [];
  if (statement.day !== day) problems.push(`it is of ${statement.day}`);
  if (!isSigned(signed)) problems.push('the signature does not match');
  if (before !== undefined && statement.previous?.digest !== digestOf(before.signed))
    problems.push('it does not follow the day before');
  if (copies > 1) problems.push(`it was written ${copies} times: the first counts`);
  return { day, entries: statement.entries, key: keyDigest(publicKey), problems };

  function isSigned({ statement: said }: SignedDay): boolean {
    try {
      return verify('sha256', Buffer.from(canonical(said)), publicKey, Buffer.from(signature, 'base64'));
    } catch {
      return false;
    }
  }
}

function keyDigest(publicKey: string): string | null {
  try {
    return sha256(createPublicKey(publicKey).export({ type: 'spki', format: 'der' }));
  } catch {
    return null;
  }
}

const digestOf = (signed: SignedDay | undefined): string | undefined => signed && sha256(canonical(signed.statement));

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** RFC 8785, of a statement: it has no number that is not whole. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}
