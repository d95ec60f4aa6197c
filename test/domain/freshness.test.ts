import { describe, expect, test } from '@jest/globals';
import { defaultReadOptions, freshness } from '../../lib/domain/freshness.ts';

const limits = { fresh: 90, late: 600, claimHasEnded: false };
const usable = (age: number, options: object) => freshness(age, limits, { ...defaultReadOptions, ...options });

describe('min-fresh: a cached answer must stay within its limit for so many more seconds (RFC 9111, 5.2.1.3)', () => {
  test.each([
    [60, {}, 'fresh'],
    [60, { minFresh: 30 }, 'fresh'],
    [61, { minFresh: 30 }, 'expired'],
    [0, { minFresh: 90 }, 'fresh'],
    [0, { minFresh: 91 }, 'expired'],
    [20, { minFresh: 30, maxAge: 50 }, 'fresh'],
    [21, { minFresh: 30, maxAge: 50 }, 'expired'],
    [70, { minFresh: 30, maxStale: 10 }, 'stale-allowed'],
    [71, { minFresh: 30, maxStale: 10 }, 'expired'],
  ])('at an age of %d seconds with %j: %s', (age, options, expected) => {
    expect(usable(age, options)).toBe(expected);
  });
});

describe('an answer whose claim has ended is due at once (rule LIMIT-11)', () => {
  test.each([
    [0, 90, {}, 'due'],
    [0, 90, { maxAge: 30 }, 'due'],
    [31, 90, { maxAge: 30 }, 'expired'],
    [91, 90, { maxStale: 10 }, 'stale-allowed'],
    [91, 90, {}, 'late'],
    [0, 59, {}, 'fresh'],
  ])('at an age of %d seconds, with a limit of %d and %j: %s', (age, fresh, options, expected) => {
    const ended = { ...limits, fresh, claimHasEnded: true };
    expect(freshness(age, ended, { ...defaultReadOptions, ...options })).toBe(expected);
  });
});
