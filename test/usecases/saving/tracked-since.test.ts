import { expect, test } from '@jest/globals';
import { trackedSince } from '../../../lib/usecases/saving/tracking.ts';
import { blockAt, recordOf } from '../../store/samples.ts';

const now = Date.parse('2026-01-15T00:00:00.000Z');
const tracked = { trackedSince: 3, trackedUntil: '2026-02-01T00:00:00.000Z' };

test.each([
  ['it is kept while the record is tracked', tracked, 3],
  ['no record: the block of the save', undefined, 20],
  ['the date has passed: the block of the save', { ...tracked, trackedUntil: '2026-01-15T00:00:00.000Z' }, 20],
  ['the record is empty or too large: the block of the save', { ...tracked, tooLarge: true }, 20],
  ['an earlier version saved it: the block of the save', { trackedUntil: tracked.trackedUntil }, 20],
])('rule ACTIVITY-1: %s', (_, before, expected) => {
  expect(trackedSince(blockAt(20), before && recordOf(before), now)).toBe(expected);
});
