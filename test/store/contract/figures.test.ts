import { describe, expect, test } from '@jest/globals';
import { noProgress } from '../../../lib/domain/progress.ts';
import { onBoth } from '../subjects.ts';

const now = Date.parse('2026-01-08T12:00:00.000Z');
const dayMs = 86_400_000;

onBoth((create) => {
  const fresh = async () => (await create()).store.progress;

  describe('adds up how the database would have answered', () => {
    test('by day, however many add at once', async () => {
      const progress = await fresh();
      expect(await progress.drift(now)).toEqual([]);
      const midnight = Date.parse('2026-01-08T00:00:00.000Z');
      await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          progress.noteDrift({ same: 1, differs: at % 3 === 0 ? 1 : 0, none: 2 }, midnight + at),
        ),
      );
      await progress.noteDrift({ same: 5, differs: 0, none: 0 }, midnight - 1);
      expect(await progress.drift(now)).toStrictEqual([
        { day: '2026-01-08', same: 12, differs: 4, none: 24 },
        { day: '2026-01-07', same: 5, differs: 0, none: 0 },
      ]);
      expect(await progress.read()).toStrictEqual(noProgress);
    });

    test('of the last seven days, newest first, without those that have none', async () => {
      const progress = await fresh();
      for (const ago of [7, 6, 3, 0]) await progress.noteDrift({ same: ago, differs: 0, none: 0 }, now - ago * dayMs);
      await progress.noteDrift({ same: 99, differs: 0, none: 0 }, now + dayMs);
      expect(await progress.drift(now)).toStrictEqual([
        { day: '2026-01-08', same: 0, differs: 0, none: 0 },
        { day: '2026-01-05', same: 3, differs: 0, none: 0 },
        { day: '2026-01-02', same: 6, differs: 0, none: 0 },
      ]);
    });
  });
});
