import { expect, test } from '@jest/globals';
import { refKey } from '../../../lib/domain/entity.ts';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { readStats } from '../../../lib/usecases/status/stats.ts';
import { recordOf } from '../../store/samples.ts';
import { createWorld } from '../following/world.ts';

const dayMs = 86_400_000;

async function started({ failing = '' } = {}) {
  const world = await createWorld({ height: 60 });
  const service = world.process({
    onCall: (name) => {
      if (name === failing) throw new StoreUnavailable(`${name} cannot be had`);
    },
  });
  const now = service.clock.now();
  for (const [id, ago] of [
    ['a', 0],
    ['b', dayMs / 2],
    ['c', 3 * dayMs],
  ] as const) {
    const record = recordOf({ id, checkedAt: new Date(now - ago).toISOString() });
    world.tables.records.set(refKey(record.ref), record);
  }
  await service.progress.noteDrift({ same: 80, differs: 0, none: 3 }, now);
  await service.progress.noteDrift({ same: 102, differs: 81, none: 1 }, now - dayMs);
  await service.progress.noteDrift({ same: 1, differs: 1, none: 1 }, now - 9 * dayMs);
  return { service, now };
}

test('coverage, and the drift of the database by day and over seven days', async () => {
  const { service, now } = await started();
  const { store } = await readStats({}, service);
  expect(store?.coverage).toEqual({
    records: 3,
    verified: 2,
    share: 2 / 3,
    oldest: new Date(now - 3 * dayMs).toISOString(),
    oldestSeconds: (3 * dayMs) / 1_000,
    at: new Date(now).toISOString(),
  });
  expect(store?.drift?.days).toMatchObject([
    { same: 80, differs: 0, none: 3, rate: 0, low: 0 },
    { same: 102, differs: 81, none: 1, rate: 81 / 183 },
  ]);
  expect(store?.drift?.sevenDays).toMatchObject({ same: 182, differs: 81, none: 4, rate: 81 / 263 });
  expect(store?.drift?.sevenDays.low).toBeCloseTo(0.2553, 4);
  expect(store?.drift?.sevenDays.high).toBeCloseTo(0.3662, 4);
});

test('what all processes are asked for most, hottest first, at most 50', async () => {
  const { service, now } = await started();
  const keys = Array.from({ length: 60 }, (_, at) => `account#a${at}`);
  await service.progress.saveHotKeys('one', keys, now);
  const { store } = await readStats({}, service);
  expect(store?.hotKeys).toHaveLength(50);
  expect(store?.hotKeys?.slice(0, 2)).toEqual([
    { kind: 'account', id: 'a0' },
    { kind: 'account', id: 'a1' },
  ]);
});

test('without samples the drift has no rate', async () => {
  const { store } = await readStats({}, (await createWorld({ height: 60 })).process());
  const none = { same: 0, differs: 0, none: 0, rate: null, low: null, high: null };
  expect(store?.drift).toEqual({ days: [], sevenDays: none });
  expect(store?.coverage).toMatchObject({ records: 0, verified: 0, share: null, oldest: null, oldestSeconds: null });
});

test.each([
  ['records.countChecked', { coverage: null, drift: expect.anything(), webhooks: expect.anything() }],
  ['progress.drift', { coverage: expect.anything(), drift: null, webhooks: expect.anything() }],
  ['progress.hotKeys', { coverage: expect.anything(), hotKeys: null }],
  ['webhooks.open', { coverage: expect.anything(), drift: expect.anything(), webhooks: null }],
])('while %s cannot be read, it is null; all other figures are present', async (failing, figures) => {
  const { service } = await started({ failing });
  const { instance, store } = await readStats({}, service);
  expect(instance.upstreams).toHaveLength(1);
  expect(store).toMatchObject({ conflicts: { open: 0, awaitingReview: 0 }, lastTicks: [], ...figures });
});

test('while the store cannot be read, its figures are null', async () => {
  const { service } = await started({ failing: 'conflicts.count' });
  expect((await readStats({}, service)).store).toBeNull();
});
