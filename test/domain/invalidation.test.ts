import { describe, expect, test } from '@jest/globals';
import { withMarker } from '../../lib/domain/invalidation.ts';
import type { Invalidation } from '../../lib/domain/progress.ts';

const marker = (prefix: string, height: number, kind = 'asset'): Invalidation => ({ kind, prefix, height });
const full = Array.from({ length: 50 }, (_, at) => marker(`p${at}:`, at + 1, at === 0 ? 'account' : 'asset'));

describe('A marker of invalidation (rule TRACK-4)', () => {
  test('adds nothing where a wider or equal one stands at its height or above', () => {
    const markers = [marker('a', 10)];
    expect(withMarker(markers, marker('ab', 10))).toBe(markers);
    expect(withMarker(markers, marker('a', 9))).toBe(markers);
    expect(withMarker(markers, marker('ab', 11))).toEqual([marker('a', 10), marker('ab', 11)]);
    expect(withMarker(markers, marker('', 9))).toEqual([marker('a', 10), marker('', 9)]);
    expect(withMarker(markers, marker('ab', 10, 'account'))).toHaveLength(2);
  });

  test('takes the place of those that it covers, of its kind alone', () => {
    const markers = [marker('a', 10), marker('b', 10, 'account'), marker('ab', 8), marker('a', 12)];
    expect(withMarker(markers, marker('a', 11))).toBe(markers);
    expect(withMarker(markers, marker('', 12))).toEqual([marker('b', 10, 'account'), marker('', 12)]);
  });

  test('is kept as it is when there are too many: the two oldest of one kind are joined', () => {
    const next = withMarker(full, marker('new:', 99));
    expect(next).toHaveLength(50);
    expect(next.slice(0, 3)).toEqual([full[0], marker('p', 3), full[3]]);
    expect(next.at(-1)).toEqual(marker('new:', 99));
  });

  test('covers after joining all that was covered before', () => {
    let markers: readonly Invalidation[] = [];
    const asked = Array.from({ length: 120 }, (_, at) =>
      marker(`${(at * 37) % 11}${'é𝒳'.slice(0, at % 4)}${at}:`, (at * 53) % 97, at % 3 === 0 ? 'account' : 'asset'),
    );
    for (const one of asked) markers = withMarker(markers, one);
    expect(markers.length).toBeLessThanOrEqual(50);
    for (const { kind, prefix, height } of asked) {
      expect(markers.some((one) => one.kind === kind && prefix.startsWith(one.prefix) && one.height >= height)).toBe(
        true,
      );
    }
  });
});
