import { expect, test } from '@jest/globals';
import { defaultReadOptions, type ReadOptions } from '../../../lib/domain/freshness.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { createWorld } from '../following/world.ts';

const truth = recordedTruth('chain-a');
const villas = truth.collections.find(({ alias }) => alias === 'villas')?.packageHash ?? '';
const dataAt = (height: number) => truth.asset({ collection: 'villas', packageHash: villas, tokenId: '0' }, height);
/** The database does not answer instead of the chain. */
const noCache: ReadOptions = { ...defaultReadOptions, noCache: true, staleIfError: 0 };

const stored = 60;
const served = 62;

/** A process that has served an entity at block 62, which could not be saved: the store has the entity at block 60. */
async function servedAboveStored() {
  const world = await createWorld({ height: stored });
  let saves = true;
  const service = world.process({
    onCall(name) {
      if (name === 'records.save' && !saves) throw new Error('the record cannot be saved');
    },
  });
  const read = (options: ReadOptions) => lookup({ kind: 'asset', id: `${villas}:0` }, options, service);
  expect(await read(defaultReadOptions)).toMatchObject({ source: 'chain', block: { height: stored } });
  world.setHeight(served);
  saves = false;
  expect(await read(noCache)).toMatchObject({ source: 'chain', block: { height: served } });
  expect([...world.tables.cache.values()].map(({ entry }) => entry.block.height)).toEqual([stored]);
  return { world, read };
}

test('rule CLAIM-8: a fresh cache entry below the height that was served is not used', async () => {
  const { world, read } = await servedAboveStored();
  const answer = await read(defaultReadOptions);
  expect(answer).toMatchObject({ source: 'chain', verifiedThrough: { height: served }, data: dataAt(served) });
  // The entry is fresh: a process that has served no higher block uses it.
  const other = await lookup(answer.ref, defaultReadOptions, world.process());
  expect(other).toMatchObject({ source: 'cache', verifiedThrough: { height: stored } });
});

test('rule CLAIM-8: the chain is not read at a block below the height that was served', async () => {
  const { world, read } = await servedAboveStored();
  world.setHeight(served - 1);
  await expect(read(noCache)).rejects.toMatchObject({ code: 'chain_unavailable' });
  world.setHeight(served + 1);
  world.pass(60_000);
  expect(await read(noCache)).toMatchObject({ source: 'chain', block: { height: served + 1 } });
});
