import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { placesFor, type WaitingLimits } from '../../../lib/usecases/limits/waiting.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

function world(limits: WaitingLimits) {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  let broken = false;
  const counts: string[] = [];
  const store = createMemoryStore({
    onCall: () => {
      if (broken) throw new StoreUnavailable('away');
    },
  });
  const service = {
    ...store,
    clock: { now: () => now, steady: () => now },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    metrics: { count: (name: string) => void counts.push(name), gauge() {}, measure() {}, upstream() {} },
  };
  return {
    counts,
    /** A process of its own each time: nothing is shared but the store. */
    wait: (caller: string, milliseconds = 25_000) => placesFor(caller, limits, service)(milliseconds),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    breakStore: () => {
      broken = true;
    },
  };
}
const tooMany = { code: 'rate_limited', retryable: true, retryAfter: 5 };
const overloaded = { code: 'overloaded', retryable: true, retryAfter: 5 };

test('so many of a caller wait over all processes, and no more until one has left (rule LIMIT-12)', async () => {
  const { wait, counts } = world({ perCaller: 2, inAll: 100 });
  const leave = await wait('key:a');
  await wait('key:a');
  await expect(wait('key:a')).rejects.toMatchObject(tooMany);
  expect(counts).toEqual(['RequestLimited']);
  await wait('key:b');
  await leave();
  await wait('key:a');
  await expect(wait('key:a')).rejects.toMatchObject(tooMany);
});

test('so many in all; who is refused keeps no place of its own', async () => {
  const { wait } = world({ perCaller: 2, inAll: 3 });
  const leave = await wait('key:a');
  await wait('key:b');
  await wait('key:c');
  for (let time = 0; time < 5; time += 1) await expect(wait('key:d')).rejects.toMatchObject(overloaded);
  await leave();
  await (await wait('key:d'))();
  await wait('key:d');
  await expect(wait('key:a')).rejects.toMatchObject(overloaded);
});

test('one that was killed leaves its places when its time is up, and takes none from who comes after it', async () => {
  const { wait, pass } = world({ perCaller: 1, inAll: 1 });
  const late = await wait('key:a', 10_000);
  pass(14_999);
  await expect(wait('key:a')).rejects.toMatchObject(tooMany);
  pass(1);
  await wait('key:a');
  await late();
  await expect(wait('key:b')).rejects.toMatchObject(overloaded);
});

test('without a limit, and while the store is away, nothing is refused here', async () => {
  const free = world({ perCaller: 0, inAll: 0 });
  for (let time = 0; time < 9; time += 1) await free.wait('key:a');
  const { wait, breakStore, counts } = world({ perCaller: 1, inAll: 1 });
  const leave = await wait('key:a');
  breakStore();
  await leave();
  await (await wait('key:b'))();
  expect(counts).toEqual(Array(4).fill('StoreFailed'));
});
