import { expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import { truth, villa, villaKey, villaRef, villasAt } from './villa.ts';

const other = truth.tokens.find(({ collection, tokenId }) => collection === 'villas' && tokenId !== villa.tokenId);
if (other === undefined) throw new Error('the recording has villas');

/** Villa 0 changes hands at 31; from then on no node gives an owner that can be decoded. */
async function unreadableFrom31() {
  const { world, give } = await villasAt(30);
  const service = world.process();
  await runTick(service);
  await lookup(villaRef, defaultReadOptions, service);
  expect(world.tables.records.get(villaKey)?.block.height).toBe(30);
  world.setHeight(31);
  give('undecodable');
  return { world, service, readable: () => give(undefined) };
}

test('rule FOLLOW-6: a poison record stops sync for some ticks, is then untracked, and claims its own block only', async () => {
  const { world, service, readable } = await unreadableFrom31();
  const stops = [];
  for (let count = 1; count <= 4; count += 1) {
    stops.push((await runTick(service)).stoppedBy);
    world.pass(30_000);
  }
  expect(stops).toEqual(['chain', 'chain', 'chain', 'done']);
  expect(world.tables.progress.cursor?.height).toBe(31);
  expect(world.counted.get('Untracked')).toBe(1);

  const kept = await lookup(villaRef, { ...defaultReadOptions, onlyIfCached: true, maxStale: 3_600 }, world.process());
  expect({ at: kept.block.height, through: kept.verifiedThrough.height }).toEqual({ at: 30, through: 30 });

  readable();
  world.setHeight(32);
  expect((await runTick(service)).stoppedBy).toBe('done');
  const again = await lookup(villaRef, { ...defaultReadOptions, noCache: true }, world.process());
  expect(again.data).toEqual(truth.asset(villa, 32));
  expect(world.tables.records.get(villaKey)).toMatchObject({ block: { height: 32 } });
  world.setHeight(34);
  await runTick(service);
  const followed = await lookup(villaRef, defaultReadOptions, world.process());
  expect([followed.source, followed.verifiedThrough.height]).toEqual(['cache', 34]);
});

test('rule FOLLOW-6: while a record cannot be read, the answers for all others stay true', async () => {
  const { world, service } = await unreadableFrom31();
  const neighbour = { kind: 'asset', id: `${other.packageHash}:${other.tokenId}` };
  await runTick(service);
  const { data, verifiedThrough } = await lookup(neighbour, defaultReadOptions, world.process());
  expect(data).toEqual(truth.asset(other, verifiedThrough.height));
});
