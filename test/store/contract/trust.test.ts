import { describe, expect, test } from '@jest/globals';
import { trustAt } from '../samples.ts';
import { onBoth } from '../subjects.ts';

// Rule PROOF-3.
onBoth((create) => {
  const fresh = async () => (await create()).store.progress;

  describe('keeps a trusted switch block', () => {
    test('of which there is none at first', async () => {
      const progress = await fresh();
      expect(await progress.trust()).toBeUndefined();
      expect(await progress.keepTrust(trustAt(20), false)).toBe(true);
      expect(await progress.trust()).toStrictEqual(trustAt(20));
    });

    test('unless a higher one of the same anchor is there', async () => {
      const progress = await fresh();
      await progress.keepTrust(trustAt(20), false);
      for (const [height, stays] of [
        [10, 20],
        [20, 20],
        [30, 30],
      ] as const)
        for (const anew of [false, true]) {
          const isHigher = (await progress.trust())?.height !== stays;
          expect(await progress.keepTrust(trustAt(height), anew)).toBe(isHigher);
          expect(await progress.trust()).toStrictEqual(trustAt(stays));
        }
    });

    test('of another anchor only where that one is configured, then also a lower one', async () => {
      const progress = await fresh();
      await progress.keepTrust(trustAt(40), false);
      expect(await progress.keepTrust(trustAt(50, 10), false)).toBe(false);
      expect(await progress.trust()).toStrictEqual(trustAt(40));
      expect(await progress.keepTrust(trustAt(20, 10), true)).toBe(true);
      expect(await progress.trust()).toStrictEqual(trustAt(20, 10));
    });

    test('the highest one, in whichever order many write', async () => {
      const progress = await fresh();
      await Promise.all([30, 10, 50, 20, 40].map((height) => progress.keepTrust(trustAt(height), false)));
      expect((await progress.trust())?.height).toBe(50);
    });
  });
});
