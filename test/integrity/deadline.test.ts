import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import { StoreUnavailable } from '../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { LOGIC_VERSION, noProgress } from '../../lib/domain/progress.ts';
import type { Service } from '../../lib/domain/service.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lookupMany } from '../../lib/usecases/reading/lookup-many.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { type Network, outcomeOf, startNetwork, truth, user1, villa, villas } from './network.ts';

const day = 86_400_000;
const fromChain = { ...defaultReadOptions, noCache: true };
const there = truth.asset({ collection: 'villas', packageHash: villas, tokenId: '0' }, 60);

let running: Network;
afterEach(() => running.close());

async function timed<T>(work: Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const begun = performance.now();
  return { result: await work, ms: performance.now() - begun };
}

test('a store that takes a third of the deadline for each call holds up no answer of a sound node', async () => {
  let slow = false;
  running = await startNetwork({
    height: 60,
    env: { ASTAKE_DEADLINE_MS: '3000', ASTAKE_ATTEMPT_MS: '2000' },
    onCall: async (name) => {
      if (slow && /^(records|cache|watches|progress)\.(?!presence|row)/.test(name)) await wait(1_000);
    },
  });
  // The first reading loads modules and opens connections.
  await lookup(villa(1), fromChain, running.service);
  slow = true;
  const { result, ms } = await timed(outcomeOf(lookup(villa(0), defaultReadOptions, running.another())));
  expect(result).toEqual({ data: there });
  // One call after the other, the store would take eight seconds and more.
  expect(ms).toBeLessThan(6_000);
  const saved = running.store.tables.records.has(refKey(villa(0)));
  expect(saved || running.counted('SaveFailed') + running.counted('StoreFailed') > 0).toBe(true);
});

test.each(['1001', '1003'])('a deadline of %s ms works like a round one', async (milliseconds) => {
  running = await startNetwork({ height: 60, env: { ASTAKE_DEADLINE_MS: milliseconds, ASTAKE_ATTEMPT_MS: '800' } });
  expect(await outcomeOf(lookup(villa(0), defaultReadOptions, running.service))).toEqual({ data: there });
  const tooHigh = outcomeOf(lookup(villa(0), { ...fromChain, minHeight: 100 }, running.service));
  expect(await tooHigh).toEqual({ failed: 'too_old' });
});

test('a caller that waits for a height fails alone and delays no other caller', async () => {
  running = await startNetwork({ height: 60, env: { ASTAKE_DEADLINE_MS: '2000', ASTAKE_ATTEMPT_MS: '800' } });
  const done: string[] = [];
  const waiting = outcomeOf(lookup(villa(0), { ...fromChain, minHeight: 100 }, running.service));
  const plain = outcomeOf(lookup(villa(0), fromChain, running.service));
  const ends = [waiting.then(() => done.push('waiting')), plain.then(() => done.push('plain'))];
  expect(await Promise.all([waiting, plain])).toEqual([{ failed: 'too_old' }, { data: there }]);
  await Promise.all(ends);
  expect(done).toEqual(['plain', 'waiting']);
});

test('two hundred cold reads of one entity at once cost one observation and one status', async () => {
  running = await startNetwork({ height: 60 });
  await lookup(villa(0), defaultReadOptions, running.service);
  const one = running.node.calls();
  await running.close();
  running = await startNetwork({ height: 60 });
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => lookup(villa(0), defaultReadOptions, running.service)),
  );
  expect(answers.map(({ data }) => data)).toEqual(Array(200).fill(there));
  expect(running.node.calls()).toEqual(one);
  expect(one.byMethod.info_get_status).toBe(1);
});

describe('a batch of a hundred', () => {
  const refs = Array.from({ length: 100 }, (_, index) => villa(index));
  const ask = (minHeight: number | undefined, service: Service) =>
    timed(
      lookupMany(
        refs,
        minHeight === undefined ? defaultReadOptions : { ...defaultReadOptions, minHeight },
        {
          maxBytes: 1e9,
          render: (outcome) => ('answer' in outcome ? 'answered' : (outcome.error as { code: string }).code),
        },
        service,
      ),
    );

  test('that waits for a height in vain ends within one deadline', async () => {
    running = await startNetwork({ height: 60, env: { ASTAKE_DEADLINE_MS: '1000', ASTAKE_ATTEMPT_MS: '800' } });
    const { result, ms } = await ask(1_000, running.service);
    expect(result).toEqual(Array(100).fill('too_old'));
    // Ten at a time, each with a deadline of its own, would take eight seconds and more.
    expect(ms).toBeLessThan(4_000);
  });

  test('of a node whose state is silent ends within five deadlines', async () => {
    const silent: Override = ({ method }) => (method === 'info_get_status' ? undefined : new Promise(() => undefined));
    running = await startNetwork({
      nodes: [silent],
      height: 60,
      env: { ASTAKE_DEADLINE_MS: '1000', ASTAKE_ATTEMPT_MS: '800' },
    });
    const { result, ms } = await ask(undefined, running.service);
    expect(result).toEqual(Array(100).fill('chain_unavailable'));
    // Ten at a time, each with a deadline of its own, would take ten.
    expect(ms).toBeLessThan(7_500);
  });
});

const account = { kind: 'account', id: user1 };
/** The service, with a list of the refreshes that it requests. */
function overheard(service: Service) {
  const requested: EntityRef[] = [];
  return {
    requested,
    service: { ...service, refresher: { request: async (ref: EntityRef) => void requested.push(ref) } },
  };
}

describe('only-if-cached', () => {
  const onlyIfCached = { ...defaultReadOptions, onlyIfCached: true };

  test('past the soft limit asks neither a node nor for a refresh', async () => {
    running = await startNetwork({ height: 60 });
    await lookup(account, defaultReadOptions, running.service);
    running.pass(61_000);
    const calls = running.node.calls().total;
    const { service, requested } = overheard(running.another());
    expect(await lookup(account, onlyIfCached, service)).toMatchObject({ source: 'cache', stale: false, age: 61 });
    expect(running.node.calls().total).toBe(calls);
    expect(requested).toEqual([]);
    await lookup(account, defaultReadOptions, service);
    expect(requested).toEqual([account]);
  });

  test('without a store is an outage, not a miss', async () => {
    running = await startNetwork({
      height: 60,
      onCall: () => {
        throw new StoreUnavailable('switched off');
      },
    });
    const read = outcomeOf(lookup(account, onlyIfCached, running.service));
    expect(await read).toEqual({ failed: 'store_unavailable' });
    expect(running.node.calls().total).toBe(0);
  });
});

test('an entity that is only read from the cache is refreshed once a day, and so stays tracked (rule TRACK-2)', async () => {
  running = await startNetwork({ height: 70 });
  const { tables } = running.store;
  const { service, requested } = overheard(running.service);
  await lookup(villa(0), defaultReadOptions, service);
  const { trackedUntil = '' } = tables.records.get(refKey(villa(0))) ?? {};

  /** A read by a process that has just started, while sync keeps everything current. */
  const readAfter = async (milliseconds: number) => {
    running.pass(milliseconds);
    const seenAt = new Date(running.service.clock.now()).toISOString();
    const block = truth.block(70);
    const followed = {
      cursor: block,
      mark: 70,
      followedFrom: 10,
      logicVersion: LOGIC_VERSION,
      head: { ...block, seenAt },
    };
    tables.progress = { ...noProgress, ...followed, network: running.node.chainName };
    const reader = overheard(running.another());
    expect(await lookup(villa(0), defaultReadOptions, reader.service)).toMatchObject({
      source: 'cache',
      stale: false,
      age: 0,
    });
    requested.push(...reader.requested);
    return requested.length;
  };

  expect(await readAfter(day - 60_000)).toBe(0);
  expect(await readAfter(120_000)).toBe(1);
  expect(await readAfter(1_000)).toBe(1);
  await lookup(villa(0), fromChain, running.another());
  const renewed = tables.records.get(refKey(villa(0)))?.trackedUntil ?? '';
  expect(Date.parse(renewed) - Date.parse(trackedUntil)).toBeGreaterThan(day);
  expect(await readAfter(60_000)).toBe(1);
});
