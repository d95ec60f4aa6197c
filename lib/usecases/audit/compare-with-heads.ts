import { createHash, verify } from 'node:crypto';
import type { BrokenLink } from '../../domain/audit-chain.ts';
import { dayAt, dayMs } from '../../domain/days.ts';
import { type HeadPlace, headDigestOf, placeOfLine, type SignedHeads, signedText } from '../../domain/head-digest.ts';
import type { HeadArchive, KeptHeads } from '../../domain/ports/head-archive.ts';
import type { AuditEntry } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { entriesInOrder, inOrderOfTime } from './entry-order.ts';

export interface CompareRequest {
  /** ISO 8601. Each day with a part in the span is compared. */
  readonly from: string;
  readonly until: string;
  onBroken(link: BrokenLink): void;
}

export interface ComparedHeads {
  /** Days that are kept, and were compared. */
  readonly days: number;
  readonly broken: number;
  readonly first: BrokenLink | undefined;
  /** The latest day of the span that is signed; undefined: none is. What came later is held against nothing. */
  readonly through: string | undefined;
  /** The public keys (PEM) that the days are signed with. */
  readonly publicKeys: readonly string[];
}

type CompareService = Pick<Service, 'audit'> & { readonly archive: HeadArchive };

/**
 * Holds the trails against what was signed of each day: an entry that was written anew is found, also where the whole trail and its
 * record were written anew with it (rule AUDIT-2). Its memory holds one part of a day.
 */
export async function compareWithHeads(request: CompareRequest, service: CompareService): Promise<ComparedHeads> {
  const { from, until, onBroken } = request;
  const keys = new Set<string>();
  const found = { days: 0, broken: 0, first: undefined as BrokenLink | undefined };
  const note = (link: BrokenLink): void => {
    found.broken += 1;
    found.first ??= link;
    onBroken(link);
  };
  const latest = await service.archive.latest(dayAt(Date.parse(until) - 1 + dayMs));
  // Of the day before the span only the statement is looked at: the first day has to follow it.
  const dayBefore = dayAt(Date.parse(dayAt(Date.parse(from))) - dayMs);
  let before = (await service.archive.get(dayBefore))?.signed ?? undefined;
  for (let at = Date.parse(dayAt(Date.parse(from))); at < Date.parse(until); at += dayMs) {
    const day = dayAt(at);
    if (latest === undefined || day > latest) break;
    const kept = await service.archive.get(day);
    if (kept === undefined) {
      if (before !== undefined) note(ofDay(day, 'its signed statement is missing'));
      continue;
    }
    found.days += 1;
    for (const problem of problemsOfKept(kept)) note(ofDay(day, problem));
    const { signed } = kept;
    if (signed === null) continue;
    const { previous } = signed.statement;
    if (before === undefined && previous !== null && previous.day >= dayAt(Date.parse(from)))
      note(ofDay(previous.day, 'its signed statement is missing'));
    if (isSignedByItsKey(signed)) keys.add(signed.publicKey);
    for (const problem of problemsOf(signed, day, before)) note(ofDay(day, problem));
    for await (const link of differences(signed, day, service)) note(link);
    before = signed;
  }
  return { ...found, through: latest, publicKeys: [...keys] };
}

const ofDay = (day: string, problem: string): BrokenLink => ({ ref: { kind: 'heads', id: day }, sequence: 0, problem });

const problemsOfKept = ({ signed, copies, deletions }: KeptHeads): string[] => [
  ...(signed === null ? ['it cannot be read as a signed statement'] : []),
  ...(copies === 1 ? [] : [`it was written ${copies} times: the first one counts`]),
  ...(deletions === 0 ? [] : ['it was deleted, and is still kept: it counts']),
];

function problemsOf(signed: SignedHeads, day: string, before: SignedHeads | undefined): string[] {
  const { statement } = signed;
  const follows =
    before === undefined ||
    (statement.previous?.day === before.statement.day && statement.previous.digest === headDigestOf(before.statement));
  return [
    ...(isSignedByItsKey(signed) ? [] : ['its signature does not match']),
    ...(statement.day === day ? [] : ['it is the statement of another day']),
    ...(follows ? [] : ['it does not follow the day before']),
  ];
}

function isSignedByItsKey({ statement, signature, publicKey }: SignedHeads): boolean {
  try {
    return verify('sha256', Buffer.from(signedText(statement)), publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

async function* differences(
  { statement }: SignedHeads,
  day: string,
  service: CompareService,
): AsyncGenerator<BrokenLink> {
  const span = { from: new Date(day).toISOString(), until: new Date(Date.parse(day) + dayMs).toISOString() };
  const stored = entriesInOrder(span, service);
  let next: AuditEntry | undefined = (await stored.next()).value ?? undefined;
  for (const digest of statement.parts) {
    const lines = await service.archive.part(digest);
    if (lines === undefined || createHash('sha256').update(lines).digest('hex') !== digest) {
      yield ofDay(day, `the list of its entries ${digest} is missing or changed`);
      return;
    }
    for (const signed of lines.trimEnd().split('\n').map(placeOfLine)) {
      for (; next !== undefined && inOrderOfTime(next, signed) < 0; next = (await stored.next()).value ?? undefined)
        yield added(next, day);
      if (next === undefined || inOrderOfTime(next, signed) > 0) yield gone(signed, day);
      else {
        if (next.digest !== signed.digest) yield rewritten(signed, day);
        next = (await stored.next()).value ?? undefined;
      }
    }
  }
  for (; next !== undefined; next = (await stored.next()).value ?? undefined) yield added(next, day);
}

const rewritten = ({ ref, sequence }: HeadPlace, day: string): BrokenLink => ({
  ref,
  sequence,
  problem: `it is not the entry that was signed on ${day}: history was rewritten`,
});

const gone = ({ ref, sequence }: HeadPlace, day: string): BrokenLink => ({
  ref,
  sequence,
  problem: `the entry that was signed on ${day} is missing`,
});

const added = ({ ref, sequence }: AuditEntry, day: string): BrokenLink => ({
  ref,
  sequence,
  problem: `it is dated ${day}, and came after that day was signed`,
});
