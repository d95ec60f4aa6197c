import { describe, expect, test } from '@jest/globals';
import { below, common, heldOf, lengthened, spanOf, spansOnFork, withSpan } from '../../lib/domain/held.ts';

const span = (from: number, through: number) => ({ from, through });

describe('spans of a value (rule PAST-5)', () => {
  test('an earlier record held at its own block', () => {
    expect(heldOf({ block: { height: 7, hash: '', timestamp: '' } })).toEqual([span(7, 7)]);
  });

  test('two that touch are one, and a hole stays', () => {
    expect(withSpan([span(3, 5)], span(6, 8))).toEqual([span(3, 8)]);
    expect(withSpan([span(3, 5)], span(7, 8))).toEqual([span(3, 5), span(7, 8)]);
    expect(withSpan([], span(7, 8))).toEqual([span(7, 8)]);
    expect(withSpan([span(3, 9)], span(4, 6))).toEqual([span(3, 9)]);
    const there = [2, 3, 5, 6, 7, 8, 9].map((height) => spanOf([span(3, 5), span(7, 8)], height)?.from);
    expect(there).toEqual([undefined, 3, 3, undefined, 7, 7, undefined]);
  });

  test('two have the blocks of both in common', () => {
    expect([common(span(3, 9), span(5, 12)), common(span(5, 6), span(3, 9))]).toEqual([span(5, 9), span(5, 6)]);
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
    expect([spanOf(spans, 297) !== undefined, spanOf(spans, 0)]).toEqual([true, undefined]);
  });
});
