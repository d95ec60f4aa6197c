import { expect, test } from '@jest/globals';
import { assumptions } from '../../../infra/assumptions.ts';
import { readCounted } from '../../../infra/cost/counted.ts';
import { prices } from '../../../infra/prices.ts';
import { dollarsPerComparison, reconcileCallsAdvice } from '../../../lib/usecases/advice/reconcile-calls.ts';
import { adviceReplay } from './replay.ts';

const run = { records: 10_000, calls: 25_000, callsAllowed: 50_000, stored: 10_000 };

test('a store that each hourly run compares whole needs a fraction of the calls for full coverage', () => {
  const advice = reconcileCallsAdvice(run);
  // A page of 100 records of each of 16 shards is three times what an hour needs; it takes 4,000 calls.
  expect(advice).toMatchObject({ variable: 'ASTAKE_RECONCILE_CALLS', now: 50_000, value: 2_000 });
  const runs = 24 * 30.4;
  expect(advice?.saves.calls).toBe(Math.round((25_000 - 4_000) * runs));
  expect(advice?.saves.dollars).toBeCloseTo(((25_000 - 4_000) / 2.5) * runs * dollarsPerComparison, 1);
  expect(advice?.text).toContain('compared 10,000 of 10,000 records with 25,000 calls');
});

test('a store that a day of runs does not get through needs more calls, and the advice says what they cost', () => {
  const advice = reconcileCallsAdvice({ records: 8_000, calls: 20_000, callsAllowed: 20_000, stored: 1_000_000 });
  // 33 pages of 1,600 records an hour, half a page less.
  expect(advice).toMatchObject({ value: 130_000, saves: { calls: (20_000 - 132_000) * 24 * 30.4 } });
  expect(advice?.saves.dollars).toBeLessThan(0);
  expect(advice?.text).toContain('coverage cannot reach 100 %');
});

test.each([
  ['nothing was compared', { ...run, records: 0, calls: 0 }],
  ['a run uses what it needs', { ...run, calls: 20_000, callsAllowed: 20_000, records: 8_000, stored: 150_000 }],
  ['there is little to save', { ...run, records: 100, calls: 250, stored: 100 }],
])('there is none where %s', (_, figures) => {
  expect(reconcileCallsAdvice(figures)).toBeUndefined();
});

test('dollars are those of what is counted, at the list prices', () => {
  const { reads, writes, refused } = readCounted().operations['reconciled record'];
  const { dynamo, lambda } = prices;
  const seconds = assumptions.sweepMs.value / 1_000;
  const dollars =
    (reads * dynamo.perMillionReads + (writes + refused) * dynamo.perMillionWrites) / 1e6 +
    seconds * assumptions.memoryGb.value * lambda.perGbSecond;
  expect(dollarsPerComparison / dollars).toBeGreaterThan(0.9);
  expect(dollarsPerComparison / dollars).toBeLessThan(1.1);
});

test('replayed on a recorded chain: the advised calls compare every record within a day, by a fraction of the calls', async () => {
  const { advice, advised, usual, runsOfPass } = await adviceReplay(3_200);
  expect(runsOfPass).toBeLessThan(24);
  expect(advised / usual).toBeLessThan(0.7);
  // The advice promises what the runs save, or a little less: shards have not all a full page.
  const promised = advice.saves.calls / ((usual - advised) * 24 * 30.4);
  expect([promised > 0.8, promised < 1.1]).toEqual([true, true]);
});
