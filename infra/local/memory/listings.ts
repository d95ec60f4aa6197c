import { listPlace } from '../../../lib/domain/listing.ts';
import type { ListedRefs, Listings, ListPage } from '../../../lib/domain/ports/listings.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { type MemoryTables, type OnCall, pagesOf } from './tables.ts';

/** The lists follow from the records. */
export const listingsIn = (tables: MemoryTables, onCall: OnCall): Listings => {
  const inOrder = (isListed: (record: EntityRecord) => boolean): EntityRecord[] =>
    [...tables.records.values()]
      .filter(isListed)
      .toSorted((a, b) => (listPlace(a.ref.id) < listPlace(b.ref.id) ? -1 : 1));
  const isOf = (packageHash: string) => (record: EntityRecord) =>
    record.ref.id.startsWith(`${packageHash}:`) && record.value !== null;

  return {
    async byOwner(kind, owner, page) {
      await onCall('listings.byOwner', [kind, owner]);
      const { prefix = '' } = page;
      return pageOf(
        inOrder((record) => record.ref.kind === kind && record.owner === owner && record.ref.id.startsWith(prefix)),
        page,
      );
    },

    async byCollection(kind, packageHash, page) {
      await onCall('listings.byCollection', [kind, packageHash]);
      return pageOf(
        inOrder((record) => record.ref.kind === kind && isOf(packageHash)(record)),
        page,
      );
    },

    async *holdings(packageHash) {
      await onCall('listings.holdings', [packageHash]);
      for (const page of pagesOf(inOrder(isOf(packageHash)), 1_000))
        yield page.map(({ ref, owner }) => ({ id: ref.id, owner }));
    },
  };
};

function pageOf(records: readonly EntityRecord[], { after, limit }: ListPage): ListedRefs {
  const refs = records
    .filter(({ ref }) => after === undefined || listPlace(ref.id) > listPlace(after))
    .map(({ ref }) => ref);
  return { refs: refs.slice(0, limit), more: refs.length > limit };
}
