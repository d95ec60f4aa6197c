import { expect, test } from '@jest/globals';
import { recordedExamples } from '../../../../infra/local/dev-chain/recorded-examples.ts';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import { tickBudget } from '../../../../lib/usecases/following/follow-to-tip.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import { recordedTruth } from '../../../support/recorded-truth.ts';
import { createWorld, type World } from '../world.ts';

const truth = recordedTruth('chain-a');
const { villas } = recordedExamples['chain-a'].collections;
const token = truth.tokens.find(({ packageHash, tokenId }) => packageHash === villas.package && tokenId === '1');
if (token === undefined) throw new Error('the recording has villa 1');
const ref = { kind: 'asset', id: `${villas.package}:1` };
const key = `basis#layout:${villas.package}`;

/** A reader created the layout basis at 60, under the earlier settings, while sync was at 20; then the settings changed. */
async function changedSettings(): Promise<World> {
  const before = await createWorld({ height: 20, env: { ASTAKE_COLLECTIONS: '{}' } });
  await runTick(before.process());
  before.setHeight(60);
  await lookup(ref, defaultReadOptions, before.process());
  expect(before.tables.records.get(key)?.block.height).toBe(60);
  const env = { ASTAKE_COLLECTIONS: JSON.stringify({ villas }) };
  return createWorld({ height: 60, tables: before.tables, env });
}

/** No further block is started. */
const oneBlock = { ...tickBudget, startMs: -1 };

/** An endless loop would starve the event loop, so that not even the test's time-out could end it. */
function runner(world: World) {
  let saves = 0;
  return world.process({
    onCall: (name) => {
      if (name === 'records.save' && ++saves > 500) throw new Error('the runner saves again and again');
    },
  });
}

test('rule FOLLOW-3: a basis that was read beyond the batch under other settings stays, and is read again when sync reaches its block', async () => {
  const world = await changedSettings();
  const service = runner(world);
  const old = world.tables.records.get(key);
  const settings = service.shared.settings;
  const { definition } = service.shared.basis(`layout:${villas.package}`) ?? {};
  expect(old?.definition).not.toBe(definition);

  expect(await runTick(service, oneBlock)).toMatchObject({ stoppedBy: 'time', to: 21 });
  expect(world.tables.records.get(key)).toEqual(old);
  expect(world.tables.progress.settings).not.toBe(settings);

  world.setHeight(62);
  expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: 62 });
  expect(world.tables.records.get(key)).toMatchObject({ definition, block: { height: 62 } });
  expect(world.tables.progress.settings).toBe(settings);
});

test('rule FOLLOW-3: until then no answer depends on it; afterwards answers are verified through the cursor', async () => {
  const world = await changedSettings();
  await runTick(runner(world), oneBlock);
  for (const height of [60, 62]) {
    world.setHeight(height);
    const { data, block, verifiedThrough } = await lookup(
      ref,
      { ...defaultReadOptions, minHeight: height },
      world.process(),
    );
    expect([block.height, verifiedThrough.height, data]).toEqual([height, height, truth.asset(token, height)]);
  }
  await runTick(runner(world));
  world.pass(6_000);
  await lookup(ref, { ...defaultReadOptions, noCache: true }, world.process());
  world.setHeight(66);
  await runTick(runner(world));
  const followed = await lookup(ref, defaultReadOptions, world.process());
  expect([followed.source, followed.verifiedThrough.height]).toEqual(['cache', 66]);
  expect(followed.data).toEqual(truth.asset(token, 66));
});
