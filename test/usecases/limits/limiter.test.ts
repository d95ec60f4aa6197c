import { describe, expect, test } from '@jest/globals';
import { bucketMs } from '../../../lib/domain/budget.ts';
import type { Limiter } from '../../../lib/usecases/limits/limiter.ts';
import { startFleet } from './fleet.ts';

function processes(count: number) {
  const fleet = startFleet();
  return { ...fleet, all: Array.from({ length: count }, () => fleet.process()) };
}

const ask = (limiter: Limiter, limit: number, requests = 1, caller = 'key:a') =>
  limiter.spend({ caller, limit, requests });

describe('The limit of a caller', () => {
  test('is exact where one process answers, and says when there is more', async () => {
    const { all, advance } = processes(1);
    const [one] = all as [Limiter];
    for (let left = 4; left >= 0; left -= 1) expect(await ask(one, 5)).toMatchObject({ isAdmitted: true, left });
    const refused = await ask(one, 5);
    expect(refused).toMatchObject({ isAdmitted: false, left: 0, seconds: 60 });
    advance(refused.seconds * 1_000 - 1);
    expect((await ask(one, 5)).isAdmitted).toBe(false);
    advance(1);
    expect((await ask(one, 5)).isAdmitted).toBe(true);
  });

  test('may be passed by a fifth in a minute that begins within a bucket, and by no more (rule LIMIT-6)', async () => {
    const { all, advance } = processes(1);
    const [one] = all as [Limiter];
    const admitted = async () => {
      let count = 0;
      while ((await ask(one, 100)).isAdmitted) count += 1;
      return count;
    };
    advance(bucketMs - 100);
    expect(await admitted()).toBe(100);
    for (const left of [0, 0, 0, 0, 20, 80]) {
      advance(bucketMs);
      expect(await admitted()).toBe(left);
    }
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

  test('is refused without a write, for as long as it is spent (rule LIMIT-7)', async () => {
    const { all, writes, reads, advance } = processes(1);
    const [one] = all as [Limiter];
    while ((await ask(one, 100)).isAdmitted);
    const before = { writes: writes(), reads: reads() };
    for (let second = 0; second < 59; second += 1) {
      advance(1_000);
      for (let at = 0; at < 20; at += 1) expect((await ask(one, 100)).isAdmitted).toBe(false);
    }
    expect(writes()).toBe(before.writes);
    expect(reads() - before.reads).toBeLessThanOrEqual(20);
  });

  test('that one process gives back is seen by another that was refused, within seconds (rule LIMIT-7)', async () => {
    const { all, advance } = processes(2);
    const [one, other] = all as [Limiter, Limiter];
    const { giveBack } = await ask(one, 100, 100);
    expect((await ask(other, 100)).isAdmitted).toBe(false);
    giveBack();
    advance(bucketMs);
    await ask(one, 100);
    expect((await ask(other, 100)).isAdmitted).toBe(true);
  });

  test('is noted once for operators, by whichever process finds it first', async () => {
    const { all, writes, advance } = processes(2);
    for (const one of all) expect((await ask(one, 100, 50)).isAdmitted).toBe(true);
    for (const one of all) {
      advance(1_000);
      expect((await ask(one, 100)).isAdmitted).toBe(false);
    }
    expect(writes()).toBe(2 + 1);
  });

  test('is asked for again once a twentieth of it is free, not for less (rule LIMIT-7)', async () => {
    const { all, writes, advance } = processes(1);
    const [one] = all as [Limiter];
    await ask(one, 100, 3);
    advance(bucketMs);
    await ask(one, 100, 97);
    expect((await ask(one, 100)).isAdmitted).toBe(false);
    advance(4 * bucketMs);
    const before = writes();
    expect(await ask(one, 100)).toMatchObject({ isAdmitted: false, seconds: 12 });
    expect(writes()).toBe(before);
    advance(bucketMs);
    expect((await ask(one, 100)).isAdmitted).toBe(true);
  });

  test('is reached when it is: what a process took too much is given back with its next slice (rule LIMIT-6)', async () => {
    const { all, advance } = processes(3);
    const [one, other, third] = all as [Limiter, Limiter, Limiter];
    (await ask(third, 100, 10)).giveBack();
    advance(bucketMs);
    let admitted = 0;
    const use = async (limiter: Limiter, requests: number) => {
      const { isAdmitted } = await ask(limiter, 100, requests);
      if (isAdmitted) admitted += requests;
      return isAdmitted;
    };
    await use(other, 1);
    await use(one, 75);
    // It does not know yet of the 75.
    expect(await use(other, 10)).toBe(false);
    await use(third, 1);
    advance(1_000);
    expect(await use(other, 10)).toBe(true);
    for (const limiter of all) while (await use(limiter, 1));
    expect(admitted).toBe(100);
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

  test('is not reached by a caller well below it, although many processes hold a slice', async () => {
    const { all, advance } = processes(20);
    for (let second = 0; second < 180; second += 1) {
      for (let at = 0; at < 2; at += 1)
        expect(await ask(all[(second * 7 + at * 3) % 20] as Limiter, 600)).toMatchObject({ isAdmitted: true });
      advance(1_000);
    }
  });
});
