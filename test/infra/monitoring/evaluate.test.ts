import { expect, test } from '@jest/globals';
import type { AlarmDescription } from '../../../infra/monitoring/alarm.ts';
import { own } from '../../../infra/monitoring/figure.ts';
import { heard, type Point, standing } from './evaluate.ts';
import { watched } from './watched.ts';

const minuteMs = 60_000;
const ticks = own(watched, 'SyncTick');
const failures = own(watched, 'AnswerFromDatabase');
const at = (minute: number, metric: typeof ticks, ...values: number[]): Point => ({
  ...metric,
  at: minute * minuteMs,
  values,
});
const alarm = (given: Partial<AlarmDescription>): AlarmDescription => ({
  id: 'one',
  level: 'page',
  means: '',
  runbook: '',
  figure: { kind: 'metric', metric: ticks },
  breaches: '<',
  threshold: 1,
  periodSeconds: 60,
  periods: [3, 3],
  ...given,
});
const stands = (given: Partial<AlarmDescription>, points: readonly Point[], minute: number): boolean =>
  standing([alarm(given)], { points, now: minute * minuteMs, since: 0 }).has('one');

test('a period without a datum breaches only where the alarm says so, and not before the first figure', () => {
  expect(stands({ missing: 'breaching' }, [at(0, ticks, 1)], 4)).toBe(true);
  expect(stands({ missing: 'breaching' }, [at(0, ticks, 1)], 3)).toBe(false);
  expect(stands({ missing: 'breaching' }, [], 2)).toBe(false);
  expect(stands({}, [at(0, ticks, 1)], 9)).toBe(false);
});

test('so many of the last periods have to breach', () => {
  const late = own(watched, 'SyncLagSeconds', 'Maximum');
  const lag = { figure: { kind: 'metric', metric: late }, breaches: '>', threshold: 60, periods: [2, 3] } as const;
  expect(stands(lag, [at(0, late, 61), at(1, late, 5), at(2, late, 10, 90)], 3)).toBe(true);
  expect(stands(lag, [at(0, late, 61), at(1, late, 5), at(2, late, 10, 60)], 3)).toBe(false);
});

test('a share is of its whole, and 0 where that is small', () => {
  const share = {
    figure: { kind: 'share', of: [failures], among: [ticks, failures], moreThan: 20 },
    breaches: '>',
    threshold: 10,
    periods: [1, 1],
  } as const;
  expect(stands(share, [at(0, ticks, 18), at(0, failures, 3)], 1)).toBe(true);
  expect(stands(share, [at(0, ticks, 17), at(0, failures, 3)], 1)).toBe(false);
  expect(stands(share, [at(0, ticks, 19), at(0, failures, 2)], 1)).toBe(false);
});

test('parts are heard through their whole, and not while it is suppressed', () => {
  const composites = [
    { id: 'whole', level: 'page', means: '', runbook: '', anyOf: [['lag'], ['a', 'b']], suppressedBy: 'nodes' },
  ] as const;
  expect(heard(new Set(['lag', 'other']), composites)).toEqual(['other', 'whole']);
  expect(heard(new Set(['a']), composites)).toEqual([]);
  expect(heard(new Set(['lag', 'nodes']), composites)).toEqual(['nodes']);
});
