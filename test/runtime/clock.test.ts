import { describe, expect, test } from '@jest/globals';
import { ageSeconds } from '../../lib/domain/claim.ts';
import { newestHead } from '../../lib/domain/progress.ts';
import { createClock } from '../../lib/runtime/clock.ts';
import { createMemory } from '../../lib/usecases/process/memory.ts';
import { createSnapshots } from '../../lib/usecases/process/snapshots.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const start = Date.parse('2026-11-24T10:00:00.000Z');
const iso = (at: number): string => new Date(at).toISOString();

/** Clocks of one process; `pass` lets time go by, and the wall clock shows `step` milliseconds more or less of it. */
function clocks() {
  let wall = start;
  let monotonic = 500.25;
  return {
    clock: createClock(
      () => wall,
      () => monotonic,
    ),
    pass(milliseconds: number, step = 0) {
      wall += milliseconds + step;
      monotonic += milliseconds;
    },
    freeze(milliseconds: number) {
      wall += milliseconds;
    },
  };
}

const hour = 3_600_000;
const steps: readonly (readonly [string, number])[] = [
  ['goes right', 0],
  ['steps back by an hour', -hour],
  ['stands still', -10_000],
];

describe('the time since something happened is never too short, when the wall clock', () => {
  test.each(steps)('%s', (_what, step) => {
    const { clock, pass } = clocks();
    const before = clock.steady();
    pass(10_000, step);
    expect(clock.steady() - before).toBeCloseTo(10_000, 3);
    pass(500);
    expect(clock.steady() - before).toBeCloseTo(10_500, 3);
  });

  test('shows that the process was frozen, which the monotonic clock does not', () => {
    const { clock, freeze } = clocks();
    const before = clock.steady();
    freeze(90_000);
    expect(clock.steady() - before).toBe(90_000);
  });

  test('is read often: the fractions of the two clocks do not add up', () => {
    const { clock, pass } = clocks();
    const before = clock.steady();
    for (let read = 0; read < 1_000; read += 1) {
      pass(0.5, read % 2 === 0 ? 0.5 : -0.5);
      clock.steady();
    }
    expect(clock.steady() - before).toBeLessThan(502);
  });
});

describe('an age is never too young (rule CLAIM-7), when the wall clock', () => {
  const block = { height: 60, hash: 'h', timestamp: iso(start - 8_000) };

  test.each(steps)('%s: by a head that this process has seen', (_what, step) => {
    const { clock, pass } = clocks();
    const memory = createMemory(clock);
    memory.seeHead({ ...block, seenAt: iso(clock.now()) });
    pass(10_000, step);
    expect(ageSeconds(block, memory.head() as never, clock.steady())).toBe(10);
    // What other processes get is by the wall clock again, as far as this one knows it.
    expect(Date.parse(memory.unpublishedHead()?.seenAt ?? '')).toBeCloseTo(clock.now() - 10_000, -1);
  });

  test('of another process is ahead: its sight counts as none, and the age is counted from the block', () => {
    const { clock } = clocks();
    const ahead = { ...block, seenAt: iso(start + hour) };
    expect(ageSeconds(block, ahead, clock.steady())).toBe(8);
    const own = { ...block, seenAt: iso(start - 1_000) };
    expect(newestHead(ahead, own, clock.steady())).toBe(own);
    // Two clocks may differ by so much.
    expect(ageSeconds(block, { ...block, seenAt: iso(start + 1_900) }, clock.steady())).toBe(0);
  });

  test('of this process is behind: the age goes on from when it first read another process’s sight', async () => {
    const { clock, pass } = clocks();
    const store = createMemoryStore();
    const snapshots = createSnapshots({ ...store, clock });
    const seen = { height: 60, hash: 'h', timestamp: iso(start + hour - 8_000), seenAt: iso(start + hour) };
    await store.progress.seeHead(seen, 'casper');
    const age = async () => ageSeconds(seen, (await snapshots.current()).progress.head as never, clock.steady());
    expect(await age()).toBe(0);
    pass(90_000);
    expect(await age()).toBe(90);
    pass(30_000);
    expect(await age()).toBe(120);
    await store.progress.seeHead({ ...seen, seenAt: iso(start + hour + 120_000) }, 'casper');
    pass(2_000);
    expect(await age()).toBe(0);
  });

  test('stands still: an entry and a snapshot that this process remembers expire all the same', async () => {
    const { clock, pass } = clocks();
    const memory = createMemory(clock);
    const snapshots = createSnapshots({ ...createMemoryStore(), clock });
    const snapshot = await snapshots.current();
    memory.remember('key', { entry: {} as never, snapshot });
    pass(1_001, -1_001);
    expect(snapshots.held()).toBeUndefined();
    expect(memory.entry('key')).toBeDefined();
    pass(4_000, -4_000);
    expect(memory.entry('key')).toBeUndefined();
  });
});
