import type { BlockRef } from '../../lib/domain/chain.ts';
import { refKey } from '../../lib/domain/entity.ts';
import { noProgress, type Progress } from '../../lib/domain/progress.ts';
import type { AuditEntry, CacheEntry, EntityRecord } from '../../lib/domain/record.ts';
import type { Audit, Cache, Compared, Directory, ProgressStore, Records, Watches } from '../../lib/domain/service.ts';

/**
 * Called, and awaited, before each call takes effect, as `records.save`, `cache.get`, …; a watch's writes besides as
 * `watches.presence` and `watches.row`, with the state key. What it throws, the call throws.
 */
export type OnCall = (name: string, args: readonly unknown[]) => void | Promise<void>;

/** What the tables hold, for tests to look into and to put right or wrong. */
export interface MemoryTables {
  readonly records: Map<string, EntityRecord>;
  readonly audit: Map<string, AuditEntry[]>;
  readonly cache: Map<string, { readonly entry: CacheEntry; readonly expiresAt: number }>;
  /** By state key: watchers (`!` is the presence item) and their expiry. */
  readonly watches: Map<string, Map<string, number>>;
  readonly leases: Map<string, { readonly owner: string; readonly until: number }>;
  progress: Progress;
  directory: Directory;
}

/** The store's ports in memory, with the meaning of those on DynamoDB: both pass `test/store/contract.test.ts`. */
export function createMemoryStore({ onCall = () => {} }: { onCall?: OnCall } = {}) {
  const tables: MemoryTables = {
    records: new Map(),
    audit: new Map(),
    cache: new Map(),
    watches: new Map(),
    leases: new Map(),
    progress: noProgress,
    directory: { validators: [], newest: null, oldest: null, next: null },
  };
  return {
    tables,
    records: recordsIn(tables, onCall),
    audit: auditIn(tables, onCall),
    cache: cacheIn(tables, onCall),
    watches: watchesIn(tables, onCall),
    progress: progressIn(tables, onCall),
  };
}

export type MemoryStore = ReturnType<typeof createMemoryStore>;

/** A copy, as a table would give it. */
const copy = <Value>(value: Value): Value => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

/** Of a block that knows more (a pinned one, say) the tables keep this. */
const blockRef = ({ height, hash, timestamp }: BlockRef): BlockRef => ({ height, hash, timestamp });

/** A copy of what names a block. */
const kept = <Entry extends { readonly block: BlockRef }>(entry: Entry): Entry => ({
  ...copy(entry),
  block: blockRef(entry.block),
});

const recordsIn = (tables: MemoryTables, onCall: OnCall): Records => ({
  async get(ref) {
    await onCall('records.get', [ref]);
    return copy(tables.records.get(refKey(ref)));
  },

  async getMany(refs) {
    await onCall('records.getMany', [refs]);
    return refs.map((ref) => copy(tables.records.get(refKey(ref))));
  },

  async save(record, compared, audit) {
    await onCall('records.save', [record, compared, audit]);
    const key = refKey(record.ref);
    const stored = tables.records.get(key);
    if (!asCompared(stored, record, compared)) return { won: false, winner: copy(stored) };
    if (audit !== undefined) append(tables.audit, audit);
    tables.records.set(key, kept(record));
    return { won: true };
  },

  async byOwner(kind, owner, { prefix = '', after, limit }) {
    await onCall('records.byOwner', [kind, owner]);
    const ids = [...tables.records.values()]
      .filter((record) => record.ref.kind === kind && record.owner === owner)
      .map(({ ref }) => ref.id)
      .filter((id) => id.startsWith(prefix) && (after === undefined || id > after))
      .sort();
    return { refs: ids.slice(0, limit).map((id) => ({ kind, id })), more: ids.length > limit };
  },
});

function asCompared(stored: EntityRecord | undefined, record: EntityRecord, compared: Compared | undefined): boolean {
  if (compared === undefined || stored === undefined) return compared === undefined && stored === undefined;
  if (stored.sequence !== compared.sequence || stored.rules > record.rules) return false;
  if (compared.sequenceAlone) return true;
  const { height, hash } = stored.block;
  return height === compared.height && hash === compared.hash && height <= record.block.height;
}

function append(trails: MemoryTables['audit'], entry: AuditEntry): void {
  const trail = trails.get(refKey(entry.ref)) ?? [];
  if (trail.some(({ sequence }) => sequence === entry.sequence)) {
    throw new Error(
      `the audit trail of ${refKey(entry.ref)} has an entry ${entry.sequence} that its record knows nothing of`,
    );
  }
  trails.set(
    refKey(entry.ref),
    [...trail, kept(entry)].sort((a, b) => a.sequence - b.sequence),
  );
}

const auditIn = (tables: MemoryTables, onCall: OnCall): Audit => ({
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
});

const cacheIn = (tables: MemoryTables, onCall: OnCall): Cache => ({
  async get(ref) {
    await onCall('cache.get', [ref]);
    return copy(tables.cache.get(refKey(ref))?.entry);
  },

  async put(entry, expiresAt) {
    await onCall('cache.put', [entry, expiresAt]);
    const there = tables.cache.get(refKey(entry.ref))?.entry;
    const older = there === undefined || there.sequence < entry.sequence;
    const same = there?.sequence === entry.sequence && there.block.height <= entry.block.height;
    if (older || same) tables.cache.set(refKey(entry.ref), { entry: kept(entry), expiresAt });
  },
});

const watchesIn = (tables: MemoryTables, onCall: OnCall): Watches => ({
  async put(watcher, keys, expiresAt) {
    await onCall('watches.put', [watcher, keys, expiresAt]);
    for (const [call, who] of [['watches.presence', '!'] as const, ['watches.row', watcher] as const]) {
      for (const key of new Set(keys)) {
        await onCall(call, [key]);
        const rows = tables.watches.get(key) ?? new Map<string, number>();
        tables.watches.set(key, rows.set(who, Math.max(expiresAt, rows.get(who) ?? 0)));
      }
    }
  },
});

const progressIn = (tables: MemoryTables, onCall: OnCall): ProgressStore => ({
  async read() {
    await onCall('progress.read', []);
    return copy(tables.progress);
  },

  async seeHead(head, network) {
    await onCall('progress.seeHead', [head, network]);
    const there = tables.progress.head;
    const sameBlock = there?.height === head.height && there.hash === head.hash;
    if (there === null || there.height < head.height || (sameBlock && there.seenAt < head.seenAt)) {
      tables.progress = {
        ...tables.progress,
        head: { ...blockRef(head), seenAt: head.seenAt },
        network: tables.progress.network ?? network,
      };
    }
  },

  async takeLease(name, owner, now, until) {
    await onCall('progress.takeLease', [name, owner, now, until]);
    const lease = tables.leases.get(name);
    if (lease !== undefined && lease.until > now) return false;
    tables.leases.set(name, { owner, until });
    return true;
  },

  async endLease(name, owner) {
    await onCall('progress.endLease', [name, owner]);
    if (tables.leases.get(name)?.owner === owner) tables.leases.set(name, { owner, until: 0 });
  },

  async leasedUntil(name, now) {
    await onCall('progress.leasedUntil', [name, now]);
    const until = tables.leases.get(name)?.until;
    return until !== undefined && until > now ? until : undefined;
  },

  async noteNode(name, memory, seen) {
    await onCall('progress.noteNode', [name, memory, seen]);
    const there = tables.progress.nodes[name];
    if ((there?.token ?? 0) !== seen) return { kept: false, there: copy(there) };
    tables.progress = { ...tables.progress, nodes: { ...tables.progress.nodes, [name]: copy(memory) } };
    return { kept: true, there: memory };
  },

  async directory() {
    await onCall('progress.directory', []);
    return copy(tables.directory);
  },

  async growDirectory(seen) {
    await onCall('progress.growDirectory', [seen]);
    const validators = [...new Set([...tables.directory.validators, ...seen.validators])].sort();
    tables.directory = { ...grownSpan(tables.directory, seen), validators };
  },
});

/** The span walked: each end moves only outwards, and only by a span that overlaps the stored one or adjoins it. */
function grownSpan(there: Directory, seen: Directory): Directory {
  if (seen.newest === null || seen.oldest === null) return there;
  if (there.newest === null || there.oldest === null) return { ...seen, newest: blockRef(seen.newest) };
  const rises = there.newest.height < seen.newest.height;
  const reachesUp = there.newest.height >= seen.oldest || there.newest.hash === seen.next;
  const risen = rises && reachesUp ? { ...there, newest: blockRef(seen.newest) } : there;
  const reachesDown = there.oldest <= seen.newest.height || there.next === seen.newest.hash;
  return there.oldest > seen.oldest && reachesDown ? { ...risen, oldest: seen.oldest, next: seen.next } : risen;
}
