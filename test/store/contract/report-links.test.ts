import { expect, test } from '@jest/globals';
import { onBoth } from '../subjects.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');
const digest = 'a'.repeat(64);
const link = { digest, run: 'run-1', until: now + 60_000 };
const opening = { digest, run: 'run-1', openedBy: 'request-1', now };

onBoth((create) => {
  const fresh = async () => (await create()).store.progress;

  test('a link opens for one of those who come at once, and for none after it (rule ACCESS-29)', async () => {
    const progress = await fresh();
    await progress.keepReportLink(link);
    const rivals = Array.from({ length: 8 }, (_, at) =>
      progress.openReportLink({ ...opening, openedBy: `request-${at}` }),
    );
    expect((await Promise.all(rivals)).filter(Boolean)).toHaveLength(1);
    expect(await progress.openReportLink({ ...opening, openedBy: 'later' })).toBe(false);
  });

  test('a link opens its own run alone, until it ends, and an unknown one never', async () => {
    const progress = await fresh();
    await progress.keepReportLink(link);
    expect(await progress.openReportLink({ ...opening, run: 'run-2' })).toBe(false);
    expect(await progress.openReportLink({ ...opening, digest: 'b'.repeat(64) })).toBe(false);
    expect(await progress.openReportLink({ ...opening, now: link.until })).toBe(false);
    expect(await progress.openReportLink({ ...opening, now: link.until - 1 })).toBe(true);
  });
});
