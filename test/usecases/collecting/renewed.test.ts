import { beforeAll, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { createWorld } from '../following/world.ts';
import { enumerateAll, listsOf, wholeness } from './collect.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const day = 86_400_000;
const height = 70;

test('The records of a whole collection stay tracked for months, for the calls that its list costs (rule COLLECT-7)', async () => {
  const world = await createWorld({ recording: 'chain-d', height });
  const service = world.process();
  await runTick(service);
  await enumerateAll(service);
  const { packages } = listsOf('chain-d');
  const before = service.chain.calls();
  const assets = () => [...world.tables.records.values()].filter(({ ref }) => ref.kind === 'asset');
  const blocks = assets().map(({ block }) => block.height);
  const datesAtFirst = assets().map(({ trackedUntil }) => trackedUntil);
  for (let passed = 0; passed < 100; passed += 1) {
    world.pass(day);
    // The head is seen again, as each tick does.
    await runTick(service);
    await enumerateAll(service);
    const now = service.clock.now();
    expect(assets().every(({ trackedUntil }) => Date.parse(trackedUntil) > now + 4 * day)).toBe(true);
    expect(await wholeness(service)).toEqual(packages.map(() => ['whole', height]));
  }
  expect(assets().map(({ block }) => block.height)).toEqual(blocks);
  expect(assets().map(({ trackedUntil }) => trackedUntil)).not.toEqual(datesAtFirst);
  const passes = 20;
  // Each pass of each collection: its block, its length and mode, the tip, the mode, and an index for each token with a text as id.
  const [ticks, ofLists] = [100 * 3, passes * (packages.length * 6 + assets().length)];
  expect(service.chain.calls() - before).toBeLessThanOrEqual(ticks + ofLists);
});
