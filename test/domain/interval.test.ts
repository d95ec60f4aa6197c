import { expect, test } from '@jest/globals';
import { wilson } from '../../lib/domain/interval.ts';

// R. G. Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('of %d in %d samples the interval is the published one', (hits, samples, low, high) => {
  const interval = wilson(hits, samples);
  expect(interval?.rate).toBe(hits / samples);
  expect(interval?.low).toBeCloseTo(low, 4);
  expect(interval?.high).toBeCloseTo(high, 4);
});

test('none of them and all of them mirror each other, and never leave 0 to 1', () => {
  for (const samples of [1, 7, 1_000, 10_000_000]) {
    const [none, all] = [wilson(0, samples), wilson(samples, samples)];
    expect([none?.low, all?.high]).toEqual([0, 1]);
    expect((none?.high ?? 0) + (all?.low ?? 0)).toBeCloseTo(1, 12);
    expect(none?.high).toBeGreaterThan(0);
  }
});

test('without a sample nothing is said', () => {
  expect(wilson(0, 0)).toBeNull();
});
