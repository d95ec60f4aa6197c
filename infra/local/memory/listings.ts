import { refKey } from '../../../lib/domain/entity.ts';
import {
  collectionList,
  doubtfulList,
  type ListRow,
  listedAs,
  listPlace,
  listRows,
  notedAgainMs,
  ownerList,
  rowsOfPage,
  undoubtedMs,
} from '../../../lib/domain/listing.ts';
import type { ListedRefs, Listings, ListPage } from '../../../lib/domain/ports/listings.ts';
import type { SaveCondition } from '../../../lib/domain/ports/records.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { stateOf } from './collections.ts';
import { copy, type MemoryTables, type OnCall, pagesOf } from './tables.ts';

/** With the record, in one step (rule COLLECT-1). */
export function keepRows(tables: MemoryTables, record: EntityRecord, compared: SaveCondition | undefined): void {
  for (const row of listRows(record.ref, listedAs(record), compared?.listed, record.block.height)) {
    const list = tables.listings.get(row.list) ?? new Map<string, ListRow>();
    tables.listings.set(row.list, list.set(row.place, row));
    if (row.list === doubtfulList && !row.gone) raiseDoubt(tables, row.id.slice(0, row.id.indexOf(':')));
  }
}

const raiseDoubt = ({ doubts }: MemoryTables, packageHash: string): void =>
  void doubts.set(packageHash, { raised: (doubts.get(packageHash)?.raised ?? 0) + 1 });

export const listingsIn = (tables: MemoryTables, onCall: OnCall): Listings => {
  const rowsOf = (list: string): readonly ListRow[] =>
    [...(tables.listings.get(list)?.values() ?? [])].toSorted((a, b) => (a.place < b.place ? -1 : 1));
  const countsOf = (packageHash: string) =>
    tables.counts.get(packageHash) ?? { packageHash, counts: null, touched: null };

  const doubtfulOf = (packageHashes: readonly string[]): ReadonlySet<string> => {
    const hashes = rowsOf(doubtfulList).flatMap(({ id, gone }) => (gone ? [] : [id.slice(0, 64)]));
    return new Set(packageHashes.filter((hash) => hashes.includes(hash)));
  };
  const settledAt = (packageHash: string): number => tables.doubts.get(packageHash)?.settledAt ?? 0;

  return {
    async ground(packageHashes, layouts, now) {
      await onCall('listings.ground', [packageHashes, layouts]);
      return {
        progress: copy(tables.progress),
        layouts: layouts.map((ref) => copy(tables.records.get(refKey(ref)))),
        states: packageHashes.map((hash) => copy(stateOf(tables, hash))),
        undoubted: new Set(packageHashes.filter((hash) => now - settledAt(hash) < undoubtedMs)),
      };
    },

    async settleDoubts(packageHashes, now) {
      const seen = packageHashes.map((hash) => [hash, tables.doubts.get(hash)?.raised ?? 0] as const);
      await onCall('listings.settleDoubts', [packageHashes]);
      const due = seen.filter(([hash]) => now - settledAt(hash) >= notedAgainMs);
      const found = doubtfulOf(due.map(([hash]) => hash));
      for (const [hash, raised] of due)
        if (!found.has(hash) && (tables.doubts.get(hash)?.raised ?? 0) === raised)
          tables.doubts.set(hash, { raised, settledAt: now });
    },

    async byOwner(kind, owner, page) {
      await onCall('listings.byOwner', [kind, owner]);
      const { prefix = '' } = page;
      return pageOf(
        kind,
        rowsOf(ownerList(kind, owner)).filter(({ place }) => place.startsWith(prefix)),
        page,
      );
    },

    async byCollection(kind, packageHash, page) {
      await onCall('listings.byCollection', [kind, packageHash]);
      return pageOf(kind, rowsOf(collectionList(packageHash)), page);
    },

    async *holdings(packageHash) {
      await onCall('listings.holdings', [packageHash]);
      for (const page of pagesOf(rowsOf(collectionList(packageHash)), 1_000)) {
        const there = page.filter(({ gone }) => !gone);
        if (there.length > 0) yield there.map(({ id, owner, height, fork }) => ({ id, owner, height, fork }));
      }
    },

    async doubtful(packageHashes) {
      await onCall('listings.doubtful', [packageHashes]);
      return doubtfulOf(packageHashes);
    },

    async counts(packageHashes) {
      await onCall('listings.counts', [packageHashes]);
      return packageHashes.map((hash) => copy(countsOf(hash)));
    },

    async keepCounts(counts) {
      await onCall('listings.keepCounts', [counts]);
      tables.counts.set(counts.packageHash, { ...countsOf(counts.packageHash), counts: copy(counts) });
    },

    async touch(packageHashes, touched) {
      await onCall('listings.touch', [packageHashes, touched]);
      for (const hash of packageHashes) {
        const { fork, height } = countsOf(hash).touched ?? { fork: -1, height: -1 };
        const isLater = touched.fork > fork || (touched.fork === fork && touched.height > height);
        if (isLater) tables.counts.set(hash, { ...countsOf(hash), touched: { ...touched } });
      }
    },
  };
};

function pageOf(kind: string, rows: readonly ListRow[], { after, limit }: ListPage): ListedRefs {
  const behind = rows.filter(({ place }) => after === undefined || place > listPlace(after));
  const next = behind.filter(({ gone }) => !gone)[limit];
  const within = behind.filter(({ place }) => next === undefined || place < next.place).slice(0, rowsOfPage);
  return {
    refs: within.flatMap(({ id, gone }) => (gone ? [] : [{ kind, id }])),
    more: within.length < behind.length,
    end: within.at(-1)?.id,
    changed: [...new Set(within.map(({ fork }) => fork))].map((fork) => ({
      fork,
      height: Math.max(...within.filter((row) => row.fork === fork).map(({ height }) => height)),
    })),
  };
}
