import { expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { ask } from '../follow.ts';
import { createWorld } from '../world.ts';
import { account, expectTrue, liquid, staking } from './position.ts';

test('rule BASIS-1: a rate that is verified through the cursor is not read again, whether the snapshot holds the era or not', async () => {
  const world = await createWorld({ recording: 'chain-d', height: 85, liquid });
  await runTick(world.process());
  await ask(staking, world.process());
  world.setHeight(86);
  await runTick(world.process());

  const calls = [];
  for (const hasEra of [true, false]) {
    let contractReads = 0;
    const reader = world.process({
      onRequest: (_method, params) => {
        if (params?.key === `hash-${liquid.package}`) contractReads += 1;
      },
    });
    if (hasEra) await ask(account, reader);
    const before = reader.chain.calls();
    expectTrue(staking, await ask(staking, reader, { ...defaultReadOptions, noCache: true }));
    calls.push({ contractReads, readsMoreThanTip: reader.chain.calls() - before > 1 });
  }
  expect(calls).toEqual([
    { contractReads: 0, readsMoreThanTip: true },
    { contractReads: 0, readsMoreThanTip: true },
  ]);
});
