import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasMoreValues } from '../../lib/domain/scan-json.ts';

/** How many values there are; an empty object or list counts as two. */
function counted(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  const parts = Object.values(value);
  return 1 + (parts.length === 0 ? 1 : parts.reduce((sum: number, part) => sum + counted(part), 0));
}

test('the values of a text are counted as a parser finds them, whatever its strings hold', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: fc.constantFrom('a', '"', '\\', ',', '[', '{', 'é') }), (value) => {
      const text = JSON.stringify(value);
      const values = counted(JSON.parse(text));
      expect([hasMoreValues(text, values - 1), hasMoreValues(text, values)]).toEqual([true, false]);
    }),
    { numRuns: 2_000 },
  );
});

test.each(['"', '"\\', '"a\\"', ''])('a text that is no JSON is counted as well: %j', (text) => {
  expect(hasMoreValues(text, 1)).toBe(false);
  expect(hasMoreValues(`[1,${text}`, 2)).toBe(true);
});
