import { digestOf } from './digest.ts';
import type { AuditEntry } from './record.ts';

/** An audit entry, chained to the one before by its digest: whatever is changed or removed later shows. */
export function chainEntry(entry: Omit<AuditEntry, 'digest'>): AuditEntry {
  return { ...entry, digest: digestOf(entry) };
}

/** The first entry, oldest first, that does not fit: edited, or no longer behind the one it names. */
export function firstBrokenLink(entries: readonly AuditEntry[]): AuditEntry | undefined {
  return entries.find(({ digest, ...entry }, index) => {
    const previous = entries[index - 1];
    return digest !== digestOf(entry) || (previous !== undefined && entry.previousDigest !== previous.digest);
  });
}
