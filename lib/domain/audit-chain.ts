import { blockRef } from './block.ts';
import { canonicalJson, digestOf } from './digest.ts';
import type { EntityRef } from './entity.ts';
import type { AuditEntry } from './record.ts';

/** An entry before it has its place in a trail. */
export type Unchained = Omit<AuditEntry, 'sequence' | 'previousDigest' | 'digest'>;

/**
 * The trail has an entry that the record knows nothing of: the row was deleted, or set back, behind our back. Whoever goes on
 * does so from the end of the trail.
 */
export class TrailAhead extends Error {
  override readonly name = 'TrailAhead';
}

/** An audit entry, chained to the one before by its digest: whatever is changed or removed later shows. */
export function chainEntry(entry: Omit<AuditEntry, 'digest'>): AuditEntry {
  return { ...entry, digest: digestOf(entry) };
}

/** The same entry behind another one. */
export const chainedAfter = (newest: AuditEntry | undefined, { digest: _, ...entry }: AuditEntry): AuditEntry =>
  chainEntry({ ...entry, sequence: (newest?.sequence ?? 0) + 1, previousDigest: newest?.digest ?? null });

/** The entry that comes behind the newest one of a trail; undefined where that one has the same `after` already. */
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

/** The first entry, oldest first, that does not fit: edited, or no longer behind the one it names. */
export function firstBrokenLink(entries: readonly AuditEntry[]): AuditEntry | undefined {
  return entries.find(({ digest, ...entry }, index) => {
    const previous = entries[index - 1];
    return digest !== digestOf(entry) || (previous !== undefined && entry.previousDigest !== previous.digest);
  });
}

/** Where a trail is no longer what was written: at or behind which entry, and a sentence on what is wrong. */
export interface BrokenLink {
  readonly ref: EntityRef;
  readonly sequence: number;
  readonly problem: string;
}

/** What is wrong with an entry and its link to the one before it, which is undefined for the first of a trail. */
export function brokenLink(entry: AuditEntry, previous: AuditEntry | undefined): BrokenLink | undefined {
  const { ref, sequence } = entry;
  const next = (previous?.sequence ?? 0) + 1;
  if (sequence !== next) return { ref, sequence: next, problem: 'the entry is missing' };
  if (entry.unreadable) return editedEntry(entry);
  if (entry.previousDigest !== (previous?.digest ?? null)) {
    return { ref, sequence, problem: 'it is not behind the entry before it: one of the two was changed' };
  }
  return editedEntry(entry);
}

/** What is wrong with an entry by itself. */
export function editedEntry({ digest, unreadable, ...entry }: AuditEntry): BrokenLink | undefined {
  const { ref, sequence } = entry;
  if (unreadable) return { ref, sequence, problem: 'it cannot be read: it was changed' };
  if (isDigestOf(digest, entry)) return undefined;
  return { ref, sequence, problem: 'it does not match its digest: it was changed' };
}

/** A number beyond all bounds has no canonical form: it was never what the digest is of. */
function isDigestOf(digest: string, entry: Omit<AuditEntry, 'digest'>): boolean {
  try {
    return digest === digestOf(entry);
  } catch {
    return false;
  }
}
