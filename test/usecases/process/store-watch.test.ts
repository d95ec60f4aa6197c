import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { watchStore } from '../../../lib/usecases/process/store-watch.ts';
import { clockOf } from '../../support/clock.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

test('how long each use of the store takes is measured, also where it fails', async () => {
  let now = Date.UTC(2026, 10, 30);
  let failing = false;
  const measured: unknown[] = [];
  const held = createMemoryStore({
    onCall: (name) => {
      now += name.startsWith('cache.') ? 7 : 40;
      if (failing) throw new StoreUnavailable('not in time');
    },
  });
  const { store } = watchStore(held, {
    clock: clockOf(() => now),
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    metrics: {
      count: () => {},
      gauge: () => {},
      upstream: () => {},
      measure: (...given) => void measured.push(given),
    },
  });
  const ref = { kind: 'account', id: 'a' };
  await store.cache.get(ref);
  await store.records.get(ref);
  failing = true;
  await expect(store.cache.get(ref)).rejects.toThrow('not in time');
  expect(measured).toEqual([7, 40, 7].map((took) => ['StoreMilliseconds', took]));
});
