import { refKey } from '../../../lib/domain/entity.ts';
import { eventsOf } from '../../../lib/domain/events.ts';
import type { CheckedSpan, Records, SaveCondition } from '../../../lib/domain/ports/records.ts';
import { LOGIC_VERSION } from '../../../lib/domain/progress.ts';
import type { Place } from '../../../lib/domain/reconciliation.ts';
import type { ConflictMark, EntityRecord } from '../../../lib/domain/record.ts';
import { append, isTaken } from './audit.ts';
import { checkedIndexOf } from './by-checked.ts';
import { follows } from './conflicts.ts';
import { keepRows } from './listings.ts';
import { addEvent } from './outbox.ts';
import { copy, kept, type MemoryTables, type OnCall } from './tables.ts';

export const recordsIn = (tables: MemoryTables, onCall: OnCall): Records => ({
  async get(ref) {
    await onCall('records.get', [ref]);
    return copy(tables.records.get(refKey(ref)));
  },

  async getMany(refs) {
    await onCall('records.getMany', [refs]);
    return refs.map((ref) => copy(tables.records.get(refKey(ref))));
  },

  async save(record, compared, audit, conflict, entry, accounts) {
    await onCall('records.save', [record, compared, audit, conflict, entry]);
    const key = refKey(record.ref);
    const stored = tables.records.get(key);
    if (!asCompared(stored, record, compared)) return { won: false, winner: copy(stored) };
    if (conflict !== undefined && !follows(tables, conflict)) return { won: false, winner: copy(stored) };
    if (entry !== undefined && isTaken(tables.audit, entry)) return { won: false, winner: copy(stored) };
    if (audit !== undefined) append(tables.audit, audit);
    if (entry !== undefined) append(tables.audit, entry);
    tables.records.set(key, kept(record));
    keepRows(tables, record, compared);
    if (conflict !== undefined) tables.conflicts.set(conflict.id, kept(conflict));
    for (const event of eventsOf(audit, conflict, { accounts, at: entry?.timestamp })) addEvent(tables, event);
    return { won: true };
  },

  async renew(record, trackedUntil) {
    await onCall('records.renew', [record, trackedUntil]);
    const key = refKey(record.ref);
    const stored = tables.records.get(key);
    if (stored === undefined || stored.logicVersion > LOGIC_VERSION || !isSameRecord(stored, record)) return undefined;
    if (stored.trackedUntil >= trackedUntil) return copy(stored);
    const isAsRead = stored.trackedUntil === record.trackedUntil && String(stored.readSet) === String(record.readSet);
    if (!isAsRead) return undefined;
    tables.records.set(key, { ...stored, trackedUntil });
    return copy({ ...stored, trackedUntil });
  },

  async byChecked(shard, { after, limit, ...span }) {
    await onCall('records.byChecked', [shard, { ...span, after, limit }]);
    const places = checkedIn(tables, shard, span, after && { ...after, key: `${after.key}\0` });
    return { places: copy(places.slice(0, limit)), more: places.length > limit };
  },

  async countChecked(shard, span) {
    await onCall('records.countChecked', [shard, span]);
    return checkedIn(tables, shard, span).length;
  },

  async markChecked(records, at) {
    await onCall('records.markChecked', [records, at]);
    for (const { key, height, sequence } of records) {
      const stored = tables.records.get(key);
      const isSame = stored?.block.height === height && stored.sequence === sequence;
      if (isSame) tables.records.set(key, { ...stored, checkedAt: at });
    }
  },
});

/** Before every place of its moment. */
const startOf = (checkedAt: string): Place => ({ checkedAt, key: '' });

function checkedIn(
  { records }: MemoryTables,
  shard: number,
  { from = '', until }: CheckedSpan,
  behind: Place = startOf(from),
): readonly Place[] {
  const begin = behind.checkedAt < from ? startOf(from) : behind;
  return checkedIndexOf(records).between(shard, begin, until === undefined ? undefined : startOf(until));
}

function asCompared(
  stored: EntityRecord | undefined,
  record: EntityRecord,
  compared: SaveCondition | undefined,
): boolean {
  if (compared === undefined || stored === undefined) return compared === undefined && stored === undefined;
  if (stored.sequence !== compared.sequence || stored.logicVersion > record.logicVersion) return false;
  if (compared.conflict !== undefined && !isSameMark(stored.conflict, compared.conflict)) return false;
  if (compared.sequenceAlone) return true;
  const { height, hash } = stored.block;
  return height === compared.height && hash === compared.hash && height <= record.block.height;
}

const isSameRecord = (a: EntityRecord, b: EntityRecord): boolean =>
  a.sequence === b.sequence && a.block.height === b.block.height && a.block.hash === b.block.hash;

const isSameMark = (a: ConflictMark | null, b: ConflictMark | null): boolean =>
  a?.id === b?.id && a?.state === b?.state && a?.chainDigest === b?.chainDigest;
