import { expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import type { Store } from '../../../../lib/store/store.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { ask } from '../follow.ts';
import { createWorld } from '../world.ts';
import { account, basisIn, basisName, expectTrue, liquid, staking } from './position.ts';

test('rule CLAIM-1: a basis that a reader has created is added to the snapshot of that reading, and to no newer one', async () => {
  const world = await createWorld({ recording: 'chain-d', height: 84, liquid });
  await runTick(world.process());
  const [saved, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const reader = world.process({ around: (store) => savingSlowly(store, saved.resolve, gate.promise) });
  const reading = ask(staking, reader);
  await saved.promise;

  world.setHeight(85);
  world.pass(1_000);
  await runTick(world.process());
  expect(basisIn(world)).toMatchObject({ block: { height: 85 } });
  await ask(account, reader);
  expect(reader.snapshots.held()?.progress.cursor?.height).toBe(85);

  gate.resolve();
  expectTrue(staking, await reading);
  const now = await ask(staking, reader, { ...defaultReadOptions, minHeight: 85 });
  expect(now.verifiedThrough.height).toBe(85);
  expectTrue(staking, now);
});

/** Holds back the answer of the save of the basis. */
function savingSlowly(store: Store, saved: () => void, gate: Promise<void>): Store {
  return {
    ...store,
    records: {
      ...store.records,
      async save(record, ...rest) {
        const outcome = await store.records.save(record, ...rest);
        if (record.ref.id === basisName) {
          saved();
          await gate;
        }
        return outcome;
      },
    },
  };
}
