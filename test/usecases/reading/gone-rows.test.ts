import { expect, test } from '@jest/globals';
import { ownerList, rowsOfPage } from '../../../lib/domain/listing.ts';
import { refsOf } from '../../../lib/usecases/reading/owned.ts';
import { trackedOf } from '../../../lib/usecases/reading/tracked.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const owner = `account-hash-${'a'.repeat(64)}`;
const definitions = new Map([['asset', { kind: 'asset', owner: () => null }]]) as never;

/** A list of which most has gone, and the last token is there. */
function listed() {
  const store = createMemoryStore();
  const rows = Array.from({ length: 3 * rowsOfPage }, (_, index) => {
    const id = `c:${String(index).padStart(6, '0')}`;
    return { list: ownerList('asset', owner), place: id, id, owner, height: index, fork: 0, gone: true };
  });
  const last = { ...rows.at(-1), id: 'c:last', place: 'c:last', gone: false } as (typeof rows)[number];
  store.tables.listings.set(last.list, new Map([...rows, last].map((row) => [row.place, row])));
  return { service: { ...store, definitions }, last: { kind: 'asset', id: last.id } };
}

test('what an owner has is found behind any number of rows that have gone (rule COLLECT-1)', async () => {
  const { service, last } = listed();
  const found = [];
  for await (const refs of refsOf({ owner, kinds: ['asset'] }, 10, service)) found.push(...refs);
  expect(found).toEqual([last]);
  expect(await trackedOf({ account: owner }, 10, service)).toEqual({ refs: [last], more: false });
});
