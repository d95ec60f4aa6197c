import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import type { Snapshot } from '../../../lib/domain/claim.ts';
import type { Memory } from '../../../lib/domain/ports/process.ts';
import { noProgress } from '../../../lib/domain/progress.ts';
import { createMemory } from '../../../lib/usecases/process/memory.ts';
import { clockOf } from '../../support/clock.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** One read of a key that is not read again, by a snapshot of its own. */
function readOnce(memory: Memory, key: string): WeakRef<Snapshot> {
  const snapshot: Snapshot = { progress: { ...noProgress }, basis: () => undefined };
  memory.remember(key, { entry: {} as never, snapshot });
  return new WeakRef(snapshot);
}

test('of keys that are not read again a process keeps nothing but the snapshots of the last seconds', async () => {
  let now = 1_000_000;
  const memory = createMemory(clockOf(() => now));
  const snapshots: WeakRef<Snapshot>[] = [];
  for (let second = 0; second < 600; second += 1) {
    now += 1_000;
    snapshots.push(readOnce(memory, `key ${second}`));
    // A weak reference holds what it refers to until the turn of the event loop ends.
    await setImmediate();
  }
  collect();
  const held = snapshots.flatMap((snapshot, second) => (snapshot.deref() === undefined ? [] : [second]));
  expect(held.length).toBeLessThanOrEqual(10);
  expect(held.at(-1)).toBe(599);
  expect(memory.entry('key 599')).toBeDefined();
  expect(memory.entry('key 596')).toBeDefined();
});
