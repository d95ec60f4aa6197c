import { expect, test } from '@jest/globals';
import { noProgress } from '../../../lib/domain/progress.ts';
import { createMemory } from '../../../lib/usecases/process/memory.ts';
import { lagOf } from '../../../lib/usecases/status/lag.ts';
import { clockOf } from '../../support/clock.ts';

const start = Date.parse('2026-11-24T10:00:00.000Z');
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
const block = (height: number, seconds: number) => ({ height, hash: `h${height}`, timestamp: at(seconds) });

/** A process that watches the store. */
function watcher() {
  let now = start;
  const clock = clockOf(() => now);
  const memory = createMemory(clock);
  return {
    memory,
    /** What it says at a moment, of a head that another process has just seen. */
    lagAt(seconds: number, cursor: ReturnType<typeof block>, head: ReturnType<typeof block>) {
      now = start + seconds * 1000;
      const progress = { ...noProgress, cursor, head: { ...head, seenAt: at(seconds) } };
      const { lagBlocks, lagSeconds } = lagOf(progress, { memory, clock });
      return { lagBlocks, lagSeconds };
    },
  };
}

test('a pause of the chain is no lag: it is counted from when the block after the cursor was first seen', () => {
  const { lagAt } = watcher();
  const last = block(60, 0);
  expect(lagAt(1, last, last)).toEqual({ lagBlocks: 0, lagSeconds: 0 });
  // The chain stood still for 276 seconds.
  expect(lagAt(277, last, block(61, 276))).toEqual({ lagBlocks: 1, lagSeconds: 0 });
  expect(lagAt(285, last, block(63, 284))).toEqual({ lagBlocks: 3, lagSeconds: 8 });
  expect(lagAt(286, block(61, 276), block(63, 284))).toEqual({ lagBlocks: 2, lagSeconds: 1 });
  expect(lagAt(287, block(63, 284), block(63, 284))).toEqual({ lagBlocks: 0, lagSeconds: 0 });
});

test('it grows while sync does not move, and while no process sees a node', () => {
  const { lagAt, memory } = watcher();
  const [last, next] = [block(60, 0), block(61, 8)];
  lagAt(1, last, last);
  lagAt(9, last, next);
  expect(lagAt(309, last, next)).toEqual({ lagBlocks: 1, lagSeconds: 300 });
  memory.enter(1);
  expect(memory.firstSightAbove(60)).toBeUndefined();
});

test('a process that has not watched the cursor counts by the time of the chain', () => {
  const { lagAt } = watcher();
  expect(lagAt(301, block(60, 0), block(90, 300))).toEqual({ lagBlocks: 30, lagSeconds: 300 });
});

test('a process that was frozen, or was asked nothing, does not take the blocks that it finds then for new ones', () => {
  const { lagAt } = watcher();
  lagAt(1, block(60, 0), block(60, 0));
  expect(lagAt(301, block(62, 16), block(90, 300))).toEqual({ lagBlocks: 28, lagSeconds: 284 });
});
