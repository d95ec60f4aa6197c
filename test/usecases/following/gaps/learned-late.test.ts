import { expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import type { Store } from '../../../../lib/store/store.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { ask } from '../follow.ts';
import { createWorld } from '../world.ts';
import { account, basisIn, basisName, expectTrue, liquid, staking } from './position.ts';

test('A basis that a reader has made is known to the snapshot that it was begun under, and to no newer one', async () => {
  const world = await createWorld({ recording: 'chain-d', height: 84, liquid });
  await runTick(world.process());
  const [made, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const reader = world.process({ around: (store) => savingSlowly(store, made.resolve, gate.promise) });
  const reading = ask(staking, reader);
  await made.promise;

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

/** It has saved the basis, and does not know it yet. */
function savingSlowly(store: Store, made: () => void, gate: Promise<void>): Store {
  return {
    ...store,
    records: {
      ...store.records,
      async save(record, ...rest) {
        const outcome = await store.records.save(record, ...rest);
        if (record.ref.id === basisName) {
          made();
          await gate;
        }
        return outcome;
      },
    },
  };
}
