import { entryAfter, TrailAhead } from '../../../lib/domain/audit-chain.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import type { Audit } from '../../../lib/domain/ports/audit.ts';
import type { AuditEntry } from '../../../lib/domain/record.ts';
import { copy, kept, type MemoryTables, type OnCall, pagesOf } from './tables.ts';

export const auditIn = (tables: MemoryTables, onCall: OnCall): Audit => ({
  async history(ref, { before = Number.POSITIVE_INFINITY, limit }) {
    await onCall('audit.history', [ref]);
    const trail = tables.audit.get(refKey(ref)) ?? [];
    return copy(
      trail
        .filter(({ sequence }) => sequence < before)
        .reverse()
        .slice(0, limit),
    );
  },

  async following(entry) {
    await onCall('audit.following', [entry]);
    return entryAfter(copy(tables.audit.get(refKey(entry.ref))?.at(-1)), entry);
  },

  async append(entry) {
    await onCall('audit.append', [entry]);
    const next = entryAfter(tables.audit.get(refKey(entry.ref))?.at(-1), entry);
    if (next !== undefined) append(tables.audit, next);
  },

  async *between(from, until) {
    await onCall('audit.between', [from, until]);
    const within = ({ timestamp }: AuditEntry) =>
      Date.parse(timestamp) >= Date.parse(from) && Date.parse(timestamp) < Date.parse(until);
    const found = [...tables.audit.values()].flat().filter(within);
    yield* pagesOf(found.sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp)));
  },

  async entries(asked) {
    await onCall('audit.entries', [asked]);
    return asked.map(({ ref, sequence }) =>
      copy(tables.audit.get(refKey(ref))?.find((entry) => entry.sequence === sequence)),
    );
  },
});

/** The trail has an entry with this sequence already. */
export const isTaken = (trails: MemoryTables['audit'], { ref, sequence }: AuditEntry): boolean =>
  trails.get(refKey(ref))?.some((entry) => entry.sequence === sequence) ?? false;

export function append(trails: MemoryTables['audit'], entry: AuditEntry): void {
  const trail = trails.get(refKey(entry.ref)) ?? [];
  if (isTaken(trails, entry)) {
    throw new TrailAhead(
      `the audit trail of ${refKey(entry.ref)} has an entry ${entry.sequence} that its record does not know`,
    );
  }
  trails.set(
    refKey(entry.ref),
    [...trail, kept(entry)].sort((a, b) => a.sequence - b.sequence),
  );
}
