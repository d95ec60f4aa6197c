import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { clValueDecoder } from '../../lib/chain/rpc/casper-sdk.ts';
import { type EntityRef, refKey } from '../../lib/domain/entity.ts';
import { StoreUnavailable } from '../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import type { Service } from '../../lib/domain/service.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lookupMany } from '../../lib/usecases/reading/lookup-many.ts';
import { inVirtualTime } from '../support/in-virtual-time.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { createVirtualNetwork, passed } from '../support/virtual-network.ts';
import { type Network, outcomeOf, startNetwork, truth, user1, villa, villas } from './network.ts';

const fromChain = { ...defaultReadOptions, noCache: true };
const there = truth.asset({ collection: 'villas', packageHash: villas, tokenId: '0' }, 60);

const started: Network[] = [];
afterEach(async () => {
  for (const network of started.splice(0)) await network.close();
});
async function start(options: Parameters<typeof startNetwork>[0]): Promise<Network> {
  const network = await startNetwork(options);
  started.push(network);
  return network;
}
beforeAll(clValueDecoder);

/** The outcome and the virtual milliseconds that it took. */
async function timed<T>(work: Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const begun = performance.now();
  return { result: await work, ms: performance.now() - begun };
}

test('a store that takes a third of the deadline for each call holds up no answer of a sound node', () =>
  inVirtualTime(async () => {
    let slow = false;
    const network = createVirtualNetwork({
      height: 60,
      env: { ASTAKE_DEADLINE_MS: '3000', ASTAKE_ATTEMPT_MS: '2000' },
      onCall: async (name) => {
        if (slow && /^(records|cache|watches|progress)\.(?!presence|row)/.test(name)) await passed(1_000);
      },
    });
    await lookup(villa(1), fromChain, network.service);
    slow = true;
    const { result, ms } = await timed(outcomeOf(lookup(villa(0), defaultReadOptions, network.another())));
    expect(result).toEqual({ data: there });
    // One call after the other, the store would take eight seconds and more.
    expect(ms).toBeLessThan(6_000);
    const saved = network.store.tables.records.has(refKey(villa(0)));
    expect(saved || network.counted('SaveFailed') + network.counted('StoreFailed') > 0).toBe(true);
  }));

test.each(['1001', '1003'])('a deadline of %s ms works like a round one', (milliseconds) =>
  inVirtualTime(async () => {
    const { service } = createVirtualNetwork({
      height: 60,
      env: { ASTAKE_DEADLINE_MS: milliseconds, ASTAKE_ATTEMPT_MS: '800' },
    });
    expect(await outcomeOf(lookup(villa(0), defaultReadOptions, service))).toEqual({ data: there });
    const tooHigh = outcomeOf(lookup(villa(0), { ...fromChain, minHeight: 100 }, service));
    expect(await tooHigh).toEqual({ failed: 'too_old' });
  }),
);

test('a caller that waits for a height fails alone and delays no other caller', () =>
  inVirtualTime(async () => {
    const { service } = createVirtualNetwork({ height: 60, env: { ASTAKE_DEADLINE_MS: '2000' } });
    const waiting = timed(outcomeOf(lookup(villa(0), { ...fromChain, minHeight: 100 }, service)));
    const plain = timed(outcomeOf(lookup(villa(0), fromChain, service)));
    expect(await plain).toEqual({ result: { data: there }, ms: 0 });
    const { result, ms } = await waiting;
    expect(result).toEqual({ failed: 'too_old' });
    expect(ms).toBeGreaterThan(1_000);
    expect(ms).toBeLessThanOrEqual(2_000);
  }));

test('two hundred cold reads of one entity at once cost one observation and one status', async () => {
  const alone = await start({ height: 60 });
  await lookup(villa(0), defaultReadOptions, alone.service);
  const one = alone.node.calls();
  const { service, node } = await start({ height: 60 });
  const answers = await Promise.all(Array.from({ length: 200 }, () => lookup(villa(0), defaultReadOptions, service)));
  expect(answers.map(({ data }) => data)).toEqual(Array(200).fill(there));
  expect(node.calls()).toEqual(one);
  expect(one.byMethod.info_get_status).toBe(1);
});

describe('a batch of a hundred', () => {
  // Each item is read for itself: accounts share no basis.
  const refs = Array.from({ length: 100 }, (_, index) => ({
    kind: 'account',
    id: `account-hash-${String(index).padStart(64, '0')}`,
  }));
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

  test('that waits for a height in vain ends within one deadline', () =>
    inVirtualTime(async () => {
      const { service } = createVirtualNetwork({ height: 60, env: { ASTAKE_DEADLINE_MS: '1000' } });
      const { result, ms } = await ask(1_000, service);
      expect(result).toEqual(Array(100).fill('too_old'));
      // Ten at a time, each with a deadline of its own, would take eight seconds and more.
      expect(ms).toBeLessThanOrEqual(1_000);
    }));

  const slowly: Override = async ({ method }) => {
    if (method !== 'info_get_status') await passed(700);
    return undefined;
  };

  test.each<[string, Override]>([
    ['is silent', ({ method }) => (method === 'info_get_status' ? undefined : new Promise(() => undefined))],
    // No attempt fails, so the breaker stays closed: the deadline alone ends the batch.
    ['answers too slowly for any item', slowly],
  ])('of a node whose state %s ends within five deadlines', (_how, late) =>
    inVirtualTime(async () => {
      const { service } = createVirtualNetwork({
        nodes: [late],
        height: 60,
        env: { ASTAKE_DEADLINE_MS: '1000', ASTAKE_ATTEMPT_MS: '800' },
      });
      const { result, ms } = await ask(undefined, service);
      expect(result).toEqual(Array(100).fill('chain_unavailable'));
      // Ten at a time, each with a deadline of its own, would take ten.
      expect(ms).toBeLessThanOrEqual(5_000);
    }),
  );
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
    const running = await start({ height: 60 });
    running.stopClock();
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
    const running = await start({
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
