import { beforeAll, describe, expect, test } from '@jest/globals';
import { clValueDecoder } from '../../lib/chain/rpc/casper-sdk.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { readHealth } from '../../lib/usecases/health/health.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { inVirtualTime } from '../support/in-virtual-time.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { createVirtualNetwork, type VirtualNetwork } from '../support/virtual-network.ts';
import { outcomeOf, truth, user1 } from './network.ts';

const height = 63;
const account = { kind: 'account', id: user1 };
const fromChain = { ...defaultReadOptions, noCache: true };
const sound: Override = () => undefined;

beforeAll(clValueDecoder);

const virtually = (work: () => Promise<void>) => (): Promise<void> => inVirtualTime(work);

/** In CatchUp from a moment on, and so many blocks behind. */
const catchingUp =
  (isSo: () => boolean, behind = 0): Override =>
  async ({ method }, forward) => {
    if (method !== 'info_get_status' || !isSo()) return undefined;
    const answer = await forward();
    const last = truth.block(answer.result.last_added_block_info.height - behind);
    Object.assign(answer.result.last_added_block_info, last);
    answer.result.available_block_range.high = last.height;
    answer.result.reactor_state = 'CatchUp';
    return answer;
  };

const chainOf = async ({ service }: VirtualNetwork) => {
  const { nodes, chain } = (await readHealth(service)).components;
  return { upstreams: nodes.upstreams, stalled: chain.stalled };
};

describe('a node that is in CatchUp', () => {
  test(
    'because the chain stands still goes on to answer, also a process that has just started, and health says why',
    virtually(async () => {
      let isSo = false;
      const node = catchingUp(() => isSo);
      const running = createVirtualNetwork({ nodes: [node, node], height });
      const read = { source: 'chain', stale: false, block: truth.block(height) };
      expect(await lookup(account, fromChain, running.service)).toMatchObject(read);
      isSo = true;
      running.pass(240_000);
      expect(await lookup(account, fromChain, running.service)).toMatchObject(read);
      expect(await lookup(account, fromChain, running.another())).toMatchObject(read);
      expect(await chainOf(running)).toMatchObject({ stalled: true, upstreams: Array(2).fill({ state: 'healthy' }) });
    }),
  );

  test(
    'and below what others have seen is not asked; one that is alone is not believed while no other head is known',
    virtually(async () => {
      const behind = createVirtualNetwork({ nodes: [catchingUp(() => true, 1), sound], height });
      expect(await lookup(account, fromChain, behind.service)).toMatchObject({ block: truth.block(height) });
      expect(await chainOf(behind)).toMatchObject({ stalled: false, upstreams: [{ state: 'unhealthy' }, {}] });
      const alone = createVirtualNetwork({ nodes: [catchingUp(() => true)], height });
      expect(await outcomeOf(lookup(account, fromChain, alone.service))).toEqual({ failed: 'chain_unavailable' });
    }),
  );
});

describe('what is said of a node', () => {
  test(
    'names node and method, also where there is only one node',
    virtually(async () => {
      const nodes: Override[] = [({ method }) => (method === 'query_global_state' ? { status: 500 } : undefined)];
      const { service } = createVirtualNetwork({ nodes, height });
      const error: Error = await lookup(account, fromChain, service).catch((thrown) => thrown);
      expect(error.message).toBe('no node can answer: n1 (HTTP 500 to query_global_state)');
      expect(service.chain.report()).toMatchObject([{ reason: 'HTTP 500 to query_global_state' }]);
    }),
  );

  test(
    'a node with an open breaker that has come back is well again as soon as an operator looks',
    virtually(async () => {
      let isDown = true;
      const down: Override = () => (isDown ? { status: 500 } : undefined);
      const running = createVirtualNetwork({ nodes: [down, sound], height });
      for (let read = 0; read < 8; read += 1) {
        running.pass(6_000);
        await lookup(account, fromChain, running.service);
      }
      expect(await chainOf(running)).toMatchObject({ upstreams: [{ breaker: 'open' }, {}] });
      isDown = false;
      running.pass(1_500);
      expect(await chainOf(running)).toMatchObject({ upstreams: [{ breaker: 'closed', state: 'healthy' }, {}] });
    }),
  );
});

test(
  'a height that the chain has not reached is refused with the time until it may be there, and at once where it cannot come',
  virtually(async () => {
    const running = createVirtualNetwork({ height, env: { ASTAKE_DEADLINE_MS: '2000' } });
    const ask = async (minHeight: number) => {
      const began = performance.now();
      const error = await lookup(account, { ...defaultReadOptions, minHeight }, running.service).catch((e) => e);
      return { code: error.code, retryAfter: error.retryAfter, waited: performance.now() - began > 1_000 };
    };
    // The newest block is a second old; without a cursor, blocks are taken to be eight seconds apart.
    running.pass(Date.parse(truth.block(height).timestamp) + 1_000 - Date.now());
    expect(await ask(height + 3)).toEqual({ code: 'too_old', retryAfter: 23, waited: false });
    expect(await ask(height + 1)).toMatchObject({ code: 'too_old', waited: true });
  }),
);

test(
  'a height that is above what the database knows is refused with a time as well, while no node answers',
  virtually(async () => {
    let isDown = false;
    const running = createVirtualNetwork({ height, nodes: [() => (isDown ? { status: 500 } : undefined)] });
    await lookup(account, defaultReadOptions, running.service);
    running.pass(Date.parse(truth.block(height).timestamp) + 1_000 - Date.now());
    isDown = true;
    const options = { ...fromChain, minHeight: height + 3 };
    const error = await lookup(account, options, running.service).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'too_old', retryable: true });
    // The retries took up to 300 ms.
    expect(error.retryAfter).toBe(23);
  }),
);
