import { describe, expect, test } from '@jest/globals';
import { below, covers, heldOf, lengthened, spansOnFork, withSpan } from '../../lib/domain/held.ts';

const span = (from: number, through: number) => ({ from, through });

describe('spans of a value (rule PAST-5)', () => {
  test('an earlier record held at its own block', () => {
    expect(heldOf({ block: { height: 7, hash: '', timestamp: '' } })).toEqual([span(7, 7)]);
  });

  test('two that touch are one, and a hole stays', () => {
    expect(withSpan([span(3, 5)], span(6, 8))).toEqual([span(3, 8)]);
    expect(withSpan([span(3, 5)], span(7, 8))).toEqual([span(3, 5), span(7, 8)]);
    expect(withSpan([], span(7, 8))).toEqual([span(7, 8)]);
    expect(covers([span(3, 5), span(7, 8)], 6)).toBe(false);
    expect([3, 5, 7, 8].every((height) => covers([span(3, 5), span(7, 8)], height))).toBe(true);
  });

  test('the last one goes on, and never ends earlier', () => {
    expect(lengthened([span(1, 2), span(4, 5)], 9)).toEqual([span(1, 2), span(4, 9)]);
    expect(lengthened([span(4, 5)], 3)).toEqual([span(4, 5)]);
    expect(lengthened([], 3)).toEqual([]);
  });

  test('end below a block', () => {
    expect(below([span(1, 2), span(4, 9), span(11, 12)], 6)).toEqual([span(1, 2), span(4, 5)]);
  });

  test('what an abandoned fork saw above the rewind is gone, whatever came later (rule FOLLOW-8)', () => {
    const rewinds = [
      { fork: 1, height: 20 },
      { fork: 2, height: 30 },
    ];
    const spans = [span(10, 15), span(18, 40)];
    expect(spansOnFork(spans, 0, { rewinds })).toEqual([span(10, 15), span(18, 20)]);
    expect(spansOnFork(spans, 1, { rewinds })).toEqual([span(10, 15), span(18, 30)]);
    expect(spansOnFork(spans, 2, { rewinds })).toEqual(spans);
  });

  test('are bounded: the oldest are forgotten', () => {
    const spans = Array.from({ length: 100 }, (_, at) => span(at * 3, at * 3)).reduce(
      withSpan,
      [] as readonly { from: number; through: number }[],
    );
    expect(spans).toHaveLength(32);
    expect(covers(spans, 297) && !covers(spans, 0)).toBe(true);
  });
});
