import { blockRef } from './block.ts';
import { canonicalJson, digestOf } from './digest.ts';
import type { EntityRef } from './entity.ts';
import type { AuditEntry, EntityRecord } from './record.ts';

/** An entry that is not yet chained to a trail. */
export type Unchained = Omit<AuditEntry, 'sequence' | 'previousDigest' | 'digest'>;

/**
 * The trail has an entry that the record does not know: the row was deleted, or set back to an earlier state, outside this
 * service. A save continues from the end of the trail.
 */
export class TrailAhead extends Error {
  override readonly name = 'TrailAhead';
}

/** Gives an entry its digest, which covers `previousDigest`: a later edit or removal breaks the chain (rule ITEM-3). */
export function chainEntry(entry: Omit<AuditEntry, 'digest'>): AuditEntry {
  return { ...entry, digest: digestOf(entry) };
}

/** The same entry, placed after `newest`. */
export const chainedAfter = (newest: AuditEntry | undefined, { digest: _, ...entry }: AuditEntry): AuditEntry =>
  chainEntry({ ...entry, sequence: (newest?.sequence ?? 0) + 1, previousDigest: newest?.digest ?? null });

/** The entry that follows the newest one of a trail; undefined where the newest one has the same `after` already. */
export function entryAfter(newest: AuditEntry | undefined, entry: Unchained): AuditEntry | undefined {
  if (newest && !newest.unreadable && canonicalJson(newest.after) === canonicalJson(entry.after)) return undefined;
  const { block } = entry;
  return chainEntry({
    ...entry,
    block: block && blockRef(block),
    sequence: (newest?.sequence ?? 0) + 1,
    previousDigest: newest?.digest ?? null,
  });
}

/** The first entry, oldest first, that was edited or does not follow the entry before it. */
export function firstBrokenLink(entries: readonly AuditEntry[]): AuditEntry | undefined {
  return entries.find(({ digest, ...entry }, index) => {
    const previous = entries[index - 1];
    return digest !== digestOf(entry) || (previous !== undefined && entry.previousDigest !== previous.digest);
  });
}

/** Where a trail is no longer what was written: the sequence of the entry, and a sentence on what is wrong. */
export interface BrokenLink {
  readonly ref: EntityRef;
  readonly sequence: number;
  readonly problem: string;
}

/** What is wrong with an entry or its link to the entry before it; `previous` is undefined for the first of a trail. */
export function brokenLink(entry: AuditEntry, previous: AuditEntry | undefined): BrokenLink | undefined {
  const { ref, sequence } = entry;
  const next = (previous?.sequence ?? 0) + 1;
  if (sequence !== next) return { ref, sequence: next, problem: 'the entry is missing' };
  if (entry.unreadable) return editedEntry(entry);
  if (entry.previousDigest !== (previous?.digest ?? null)) {
    return { ref, sequence, problem: 'it does not follow the entry before it: one of the two was changed' };
  }
  return editedEntry(entry);
}

/** What is wrong between a record (undefined: there is none) and the newest entry of its trail. */
export function brokenHead(
  ref: EntityRef,
  record: Pick<EntityRecord, 'sequence' | 'auditHead'> | undefined,
  newest: AuditEntry | undefined,
): BrokenLink | undefined {
  const sequence = newest?.sequence ?? 0;
  if (record === undefined) return { ref, sequence, problem: 'its record is missing' };
  if (record.sequence > sequence)
    return { ref, sequence: sequence + 1, problem: 'the entry is missing, though the record counts it' };
  if (record.sequence === sequence && record.auditHead === newest?.digest) return undefined;
  return { ref, sequence, problem: 'it is not the newest entry that its record names: one of the two was changed' };
}

/** What is wrong with an entry by itself. */
export function editedEntry({ digest, unreadable, ...entry }: AuditEntry): BrokenLink | undefined {
  const { ref, sequence } = entry;
  if (unreadable) return { ref, sequence, problem: 'it cannot be read: it was changed' };
  if (isDigestOf(digest, entry)) return undefined;
  return { ref, sequence, problem: 'it does not match its digest: it was changed' };
}

/** A value without a canonical form was never digested, so it does not match. */
function isDigestOf(digest: string, entry: Omit<AuditEntry, 'digest'>): boolean {
  try {
    return digest === digestOf(entry);
  } catch {
    return false;
  }
}
