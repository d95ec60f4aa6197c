import { expect, test } from '@jest/globals';
import { noWishes } from '../../lib/domain/freshness.ts';
import type { Running } from '../../lib/runtime/service.ts';
import { lookup } from '../../lib/usecases/lookup.ts';
import { tick } from '../../lib/usecases/tick.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { createWorld, type World } from './world.ts';

const truth = recordedTruth('chain-a');
const [villa, other] = truth.tokens.filter(({ collection }) => collection === 'villas');
if (villa === undefined || other === undefined) throw new Error('the recording has villas');
const ref = { kind: 'asset', id: `${villa.packageHash}:${villa.tokenId}` };
const key = `asset#${ref.id}`;
const owners = truth.seed(villa.packageHash, 'token_owners', 30);
const ownerKey = truth.dictionaryWrites.find(({ seed, item }) => seed === owners && item === villa.tokenId)?.key;

/** Villa 0 changes hands at 31; from then on no node gives its owner in a form that can be read. */
async function unreadableFrom31(): Promise<{ world: World; service: Running; readable(): void }> {
  let broken = true;
  const world = await createWorld({
    height: 30,
    nodes: [
      (method, params, forward) => {
        const answer = forward();
        const isOwner =
          broken && method === 'query_global_state' && params.key === ownerKey && world.nodes[0]?.height() !== 30;
        return isOwner
          ? { result: { ...answer.result, stored_value: { CLValue: { cl_type: 'Nothing known' } } } }
          : answer;
      },
    ],
  });
  const service = world.process();
  await tick(service);
  await lookup(ref, noWishes, service);
  expect(world.tables.records.get(key)?.block.height).toBe(30);
  world.setHeight(31);
  const readable = (): void => {
    broken = false;
  };
  return { world, service, readable };
}

test('one record that cannot be read holds sync up for some ticks, and is then let go: it claims its own block', async () => {
  const { world, service, readable } = await unreadableFrom31();
  const stops = [];
  for (let count = 1; count <= 4; count += 1) {
    stops.push((await tick(service)).stoppedBy);
    world.pass(30_000);
  }
  expect(stops).toEqual(['chain', 'chain', 'chain', 'done']);
  expect(world.tables.progress.cursor?.height).toBe(31);
  expect(world.counted.get('LetGo')).toBe(1);

  const kept = await lookup(ref, { ...noWishes, onlyIfCached: true, maxStale: 3_600 }, world.process());
  expect({ at: kept.block.height, through: kept.verifiedThrough.height }).toEqual({ at: 30, through: 30 });

  readable();
  world.setHeight(32);
  expect((await tick(service)).stoppedBy).toBe('done');
  const again = await lookup(ref, { ...noWishes, noCache: true }, world.process());
  expect(again.data).toEqual(truth.asset(villa, 32));
  expect(world.tables.records.get(key)).toMatchObject({ block: { height: 32 } });
  world.setHeight(34);
  await tick(service);
  const followed = await lookup(ref, noWishes, world.process());
  expect([followed.source, followed.verifiedThrough.height]).toEqual(['cache', 34]);
});

test('while it is not read, everybody else’s answers stay true', async () => {
  const { world, service } = await unreadableFrom31();
  const neighbour = { kind: 'asset', id: `${other.packageHash}:${other.tokenId}` };
  await tick(service);
  const { data, verifiedThrough } = await lookup(neighbour, noWishes, world.process());
  expect(data).toEqual(truth.asset(other, verifiedThrough.height));
});
