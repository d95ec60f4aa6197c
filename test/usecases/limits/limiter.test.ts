import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bucketMs } from '../../../lib/domain/budget.ts';
import { createLimiter, type Limiter } from '../../../lib/usecases/limits/limiter.ts';
import { clockOf } from '../../support/clock.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const seed = Number(process.env.ASTAKE_SEED ?? 20_261_130);
const minute = 60_000;

/** Processes with one store between them, at a time that the test moves. */
function processes(count: number) {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  let isAway = false;
  let writes = 0;
  const { budgets } = createMemoryStore({
    async onCall(name) {
      if (name === 'budgets.limited') return;
      writes += 1;
      if (isAway) throw new Error('the store is away');
    },
  });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const metrics = { count() {}, gauge() {}, upstream() {} };
  const clock = clockOf(() => now);
  return {
    all: Array.from({ length: count }, () => createLimiter({ budgets, clock, log, metrics })),
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
    setAway: (away: boolean) => {
      isAway = away;
    },
    writes: () => writes,
    now: () => now,
  };
}

const ask = (limiter: Limiter, limit: number, requests = 1, caller = 'key:a') =>
  limiter.spend({ caller, limit, requests });

/** The most that were admitted within any minute. */
function mostInAMinute(moments: readonly number[]): number {
  let from = 0;
  return moments.reduce((most, at, index) => {
    while ((moments[from] as number) <= at - minute) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}

describe('The limit of a caller', () => {
  test('is exact where one process answers, and says when there is more', async () => {
    const { all, advance } = processes(1);
    const [one] = all as [Limiter];
    for (let left = 4; left >= 0; left -= 1) expect(await ask(one, 5)).toMatchObject({ isAdmitted: true, left });
    const refused = await ask(one, 5);
    expect(refused).toMatchObject({ isAdmitted: false, left: 0, seconds: 72 });
    advance(refused.seconds * 1_000 - 1);
    expect((await ask(one, 5)).isAdmitted).toBe(false);
    advance(1);
    expect((await ask(one, 5)).isAdmitted).toBe(true);
  });

  test('is each caller’s own', async () => {
    const { all } = processes(1);
    const [one] = all as [Limiter];
    await ask(one, 1);
    expect((await ask(one, 1)).isAdmitted).toBe(false);
    expect((await ask(one, 1, 1, 'key:b')).isAdmitted).toBe(true);
  });

  test('takes all of a request’s parts or none, and never refuses for good what asks for more than a minute’s', async () => {
    const { all, advance } = processes(1);
    const [one] = all as [Limiter];
    expect((await ask(one, 10, 7)).isAdmitted).toBe(true);
    expect((await ask(one, 10, 7)).isAdmitted).toBe(false);
    expect(await ask(one, 10, 3)).toMatchObject({ isAdmitted: true, left: 0 });
    advance(6 * bucketMs);
    expect((await ask(one, 10, 100)).isAdmitted).toBe(true);
  });

  test('is spent by what is used alone: what was given back is admitted again', async () => {
    const { all, advance, setAway } = processes(1);
    const [one] = all as [Limiter];
    for (const isAway of [false, true]) {
      setAway(isAway);
      for (let at = 0; at < 20; at += 1) (await ask(one, 5, 2)).giveBack();
      const { left, giveBack } = await ask(one, 5, 5);
      expect(left).toBe(0);
      expect((await ask(one, 5)).isAdmitted).toBe(false);
      giveBack();
      expect(await ask(one, 5, 4)).toMatchObject({ isAdmitted: true, left: 1 });
      advance(6 * bucketMs);
    }
  });

  test('admits as many of a crowd at once as there are left, over all processes', async () => {
    const { all, writes } = processes(3);
    const outcomes = await Promise.all(Array.from({ length: 3_000 }, (_, at) => ask(all[at % 3] as Limiter, 600)));
    expect(outcomes.filter(({ isAdmitted }) => isAdmitted)).toHaveLength(600);
    expect(writes()).toBeLessThanOrEqual(15);
  });

  test('is refused without a call of the store, for as long as it is spent (rule LIMIT-7)', async () => {
    const { all, writes, advance } = processes(1);
    const [one] = all as [Limiter];
    while ((await ask(one, 100)).isAdmitted);
    const before = writes();
    for (let second = 0; second < 60; second += 1) {
      advance(1_000);
      expect((await ask(one, 100)).isAdmitted).toBe(false);
    }
    expect(writes()).toBe(before);
  });

  test('is held by each process alone while the store is away, and by all together soon after (rule LIMIT-8)', async () => {
    const { all, setAway, advance, writes } = processes(2);
    const [one, other] = all as [Limiter, Limiter];
    setAway(true);
    const admitted = async (limiter: Limiter) => {
      let count = 0;
      while (count < 99 && (await ask(limiter, 10)).isAdmitted) count += 1;
      return count;
    };
    expect([await admitted(one), await admitted(other)]).toEqual([10, 10]);
    expect(writes()).toBe(2);
    setAway(false);
    advance(6 * bucketMs);
    expect((await admitted(one)) + (await admitted(other))).toBe(10);
  });
});

describe('Over several processes, at whatever rate, burst and spread', () => {
  /** Some minutes of a caller that asks at `load` times its limit, in bursts, of processes by their shares. */
  async function play(settings: {
    readonly count: number;
    readonly limit: number;
    readonly load: number;
    readonly bursts: readonly number[];
    readonly offset: number;
    readonly shares: readonly number[];
  }) {
    const { count, limit, load, bursts, offset, shares } = settings;
    const { all, advance, now, writes } = processes(count);
    const wheel = all.flatMap((limiter, at) => Array.from({ length: shares[at] ?? 1 }, () => limiter));
    const moments: number[] = [];
    let asked = 0;
    advance(offset);
    const start = now();
    for (let second = 0; second < 216; second += 1) {
      const due = ((limit * load) / 60) * (bursts[second % bursts.length] as number);
      for (let at = 0; at < due; at += 1, asked += 1) {
        const { isAdmitted } = await ask(wheel[asked % wheel.length] as Limiter, limit);
        if (isAdmitted) moments.push(now());
      }
      advance(1_000);
    }
    return { moments, asked, writes: writes(), minutes: (now() - start) / minute };
  }

  const steady = fc.record({
    count: fc.integer({ min: 1, max: 4 }),
    perProcess: fc.integer({ min: 500, max: 900 }),
    load: fc.double({ min: 2, max: 4, noNaN: true }),
    bursts: fc.constantFrom([1], [2, 0], [4, 0, 0, 0], [0, 0, 3]),
    offset: fc.integer({ min: 0, max: minute }),
    shares: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }),
  });

  test('no minute admits more than the limit, and it admits four fifths of it at least on the whole (rule LIMIT-6)', async () => {
    await fc.assert(
      fc.asyncProperty(steady, async ({ perProcess, ...settings }) => {
        const limit = perProcess * settings.count;
        const { moments, minutes } = await play({ ...settings, limit });
        expect(mostInAMinute(moments)).toBeLessThanOrEqual(limit);
        expect(moments.length).toBeGreaterThanOrEqual(0.8 * limit * minutes);
      }),
      { seed, numRuns: 6 },
    );
  });

  test('a caller at twice its limit or more costs at most five writes for 1,000 requests (rule LIMIT-7)', async () => {
    await fc.assert(
      fc.asyncProperty(steady, async ({ perProcess, ...settings }) => {
        const { asked, writes } = await play({ ...settings, limit: perProcess * settings.count });
        expect((writes / asked) * 1_000).toBeLessThanOrEqual(5);
      }),
      { seed, numRuns: 6 },
    );
  });

  test('a caller well below its limit is not refused, although many processes hold a slice', async () => {
    const { all, advance } = processes(20);
    for (let second = 0; second < 180; second += 1) {
      for (let at = 0; at < 2; at += 1)
        expect(await ask(all[(second * 7 + at * 3) % 20] as Limiter, 600)).toMatchObject({ isAdmitted: true });
      advance(1_000);
    }
  });
});
