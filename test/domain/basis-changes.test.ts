import { expect, test } from '@jest/globals';
import { changesSince, logSince, unchangedThrough, withChanges } from '../../lib/domain/basis-changes.ts';

const at = (height: number) => ({ height, timestamp: new Date(height * 1000).toISOString() });
const from = (start: number, count: number) => Array.from({ length: count }, (_, index) => at(start + index));

test('a log of changes keeps the newest 32, and says how far back it reaches (rule CLAIM-3)', () => {
  const full = withChanges(logSince(10), from(20, 32));
  expect([full.since, full.before.length, full.before[0]?.height]).toEqual([10, 32, 20]);
  const next = withChanges(full, [at(60), at(70)]);
  expect([next.since, next.before.length, next.before[0]?.height]).toEqual([22, 32, 22]);
  expect(unchangedThrough(next, at(21), at(100)).height).toBe(21);
  expect(unchangedThrough(next, at(22), at(100)).height).toBe(22);
  expect(unchangedThrough(next, at(52), at(100)).height).toBe(60);
});

test('nothing is claimed without a log, which an earlier version of the code did not keep', () =>
  expect(unchangedThrough(undefined, at(5), at(100)).height).toBe(5));

test('a basis that has just been created is not known to have changed since', () => {
  const { value } = changesSince(7);
  expect([unchangedThrough(value, at(7), at(100)).height, unchangedThrough(value, at(6), at(100)).height]).toEqual([
    100, 6,
  ]);
});
