import { describe, expect, test } from '@jest/globals';
import type { CollectionState } from '../../../lib/domain/collection.ts';
import { LOGIC_VERSION } from '../../../lib/domain/progress.ts';
import { readHealth } from '../../../lib/usecases/health/health.ts';
import { readStats } from '../../../lib/usecases/status/stats.ts';
import { blockAt, enumerationOf } from '../../store/samples.ts';
import { createWorld } from '../following/world.ts';

const hour = 3_600_000;
const villas = 'fb0cd3cdbf3fc3fd4544f410a6617bcdcd42a97ac568dc530a85bf61e5cdb101';

async function enumerated(parts: Parameters<typeof enumerationOf>[0]) {
  const world = await createWorld({ height: 60 });
  const service = world.process();
  const now = service.clock.now();
  world.tables.progress = { ...world.tables.progress, cursor: blockAt(60), logicVersion: LOGIC_VERSION };
  const at = (passed: number): string => new Date(now - passed).toISOString();
  const state = (given: typeof parts): CollectionState => ({
    packageHash: villas,
    enumeration: enumerationOf({ packageHash: villas, updatedAt: at(0), ...given }),
    interruption: null,
  });
  world.tables.collections.set(villas, state(parts));
  const { components } = await readHealth(service);
  const { store } = await readStats({}, service);
  return { health: components.collections, stats: store?.collections, at };
}

describe('Health and stats say of collections', () => {
  test('which one fails, since when, why, and when it is tried again', async () => {
    const reason = 'asset#a is too large to keep';
    const since = '2026-01-02T00:00:00.000Z';
    const finishedAt = '2026-01-03T00:00:00.000Z';
    const failing = {
      status: 'broken',
      failed: 3,
      again: [1],
      tries: 3,
      failingSince: since,
      finishedAt,
      reason,
    } as const;
    const { health, stats } = await enumerated(failing);
    expect(health).toMatchObject({ status: 'degraded', since });
    const [found] = health.reasons;
    expect(found).toMatchObject({ code: 'collection_not_whole', since });
    for (const part of ['villas', '3 of its tokens', reason, '2026-01-03T00:40:00.000Z'])
      expect(found?.detail).toContain(part);
    expect(stats).toMatchObject({ whole: 0, notWhole: 2 });
    expect(stats?.others[0]).toMatchObject({
      collection: 'villas',
      packageHash: villas,
      state: 'broken',
      reason,
      failed: 3,
      tries: 3,
      failingSince: since,
      triedAgainAt: '2026-01-03T00:40:00.000Z',
    });
    expect(stats?.others[1]).toMatchObject({
      collection: 'tickets',
      state: 'none',
      done: 0,
      total: null,
      updatedAt: null,
    });
  });

  test('how far one is, which is no reason unless it stands still', async () => {
    const { health, stats, at } = await enumerated({ next: 2, total: 5 });
    expect(health).toEqual({ status: 'healthy', since: null, reasons: [] });
    expect(stats?.others).toContainEqual(
      expect.objectContaining({ state: 'enumerating', done: 2, total: 5, triedAgainAt: null, updatedAt: at(0) }),
    );
    const still = await enumerated({ updatedAt: at(2 * hour) });
    expect(still.health.reasons).toMatchObject([{ code: 'enumeration_stands_still', since: at(2 * hour) }]);
  });

  test('nothing of one whose contract lists its tokens nowhere', async () => {
    const { health, stats } = await enumerated({ status: 'effects-only', total: null });
    expect(health.reasons).toEqual([]);
    const found = stats?.others.find(({ packageHash }) => packageHash === villas);
    expect(found).toMatchObject({ state: 'effects-only', failingSince: null });
  });
});
