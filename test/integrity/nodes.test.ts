import { beforeAll, describe, expect, test } from '@jest/globals';
import { clValueDecoder } from '../../lib/chain/rpc/casper-sdk.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { readHealth } from '../../lib/usecases/health/health.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { inVirtualTime } from '../support/in-virtual-time.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { createVirtualNetwork, passed } from '../support/virtual-network.ts';
import { outcomeOf, startNetwork, truth, user1, villa, villas } from './network.ts';

const height = 60;
const fromChain = { ...defaultReadOptions, noCache: true };
const staking = { kind: 'staking', id: user1 };
const there = truth.asset({ collection: 'villas', packageHash: villas, tokenId: '0' }, height);
const sound: Override = () => undefined;

beforeAll(clValueDecoder);

/** The test runs in virtual time, in which `performance.now` counts. */
const virtually =
  <Given extends readonly unknown[]>(work: (...given: Given) => Promise<void>) =>
  (...given: Given): Promise<void> =>
    inVirtualTime(() => work(...given));

/** A node whose status is changed. */
// biome-ignore lint/suspicious/noExplicitAny: a status is changed anywhere
const withStatus = (change: (status: any) => void): Override => {
  return async ({ method }, forward) => {
    if (method !== 'info_get_status') return undefined;
    const answer = await forward();
    change(answer.result);
    return answer;
  };
};

/** The first calls of a method are answered so, the others by the node. */
function first(count: number, method: string, error: object): Override {
  let left = count;
  return (request) => {
    if (request.method !== method || left === 0) return undefined;
    left -= 1;
    return { error };
  };
}

describe('a node that reports a height far beyond the chain (rule SAVE-8)', () => {
  const wrong = withStatus((status) => {
    status.last_added_block_info.height = 9_000_000;
    status.available_block_range.high = 9_000_000;
  });

  const slow: Override = async ({ method }) => {
    if (method === 'info_get_status') await passed(400);
    return undefined;
  };

  test.each([
    ['first', [wrong, sound]],
    ['last', [sound, wrong]],
    ['first, while the other one takes its time', [wrong, slow]],
  ])(
    'changes no answer and no head when it is asked %s',
    virtually(async (_place, nodes) => {
      const running = createVirtualNetwork({ nodes, height });
      for (const service of [running.service, running.another(), running.another((urls) => urls.toReversed())]) {
        const answer = await lookup(villa(0), fromChain, service);
        expect(answer).toMatchObject({ source: 'chain', stale: false, data: there, block: truth.block(height) });
        expect(running.store.tables.progress.head).toMatchObject(truth.block(height));
        running.pass(11_000);
      }
    }),
  );
});

test(
  'a node whose state ends below its newest block is served at that height',
  virtually(async () => {
    const nodes = [withStatus(({ available_block_range: range }) => void Object.assign(range, { high: height - 6 }))];
    const running = createVirtualNetwork({ nodes, height });
    for (const read of [1, 2]) {
      running.pass(read * 11_000);
      const answer = await lookup(villa(0), fromChain, running.service);
      expect(answer).toMatchObject({ source: 'chain', block: truth.block(height - 6) });
    }
    expect((await readHealth(running.service)).components.nodes.upstreams).toMatchObject([{ state: 'healthy' }]);
  }),
);

test.each([-32601, -32602])(
  'error %i for a state query is no defect, and is asked again at the next read',
  virtually(async (code) => {
    const running = createVirtualNetwork({
      nodes: [first(1, 'query_global_state', { code, message: 'refused', data: null })],
      height,
    });
    const read = () => outcomeOf(lookup(villa(0), fromChain, running.service));
    expect(await read()).toEqual({ failed: 'chain_unavailable' });
    expect(await read()).toEqual({ data: there });
  }),
);

test.each([-32603, -32602, -32601, -32018])(
  'what an endpoint holds of a secret is in no message, health report or log line, when error %i repeats it',
  async (code) => {
    const suffix = '/S3CRET?api_key=S3CRET';
    const message = `no such path: /rpc${suffix}`;
    const echoing: Override = () => ({ error: { code, message, data: message } });
    const running = await startNetwork({ nodes: [echoing], suffix, height });
    try {
      const error: Error = await lookup(villa(0), defaultReadOptions, running.service).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'chain_unavailable' });
      const report = await readHealth(running.service);
      expect(report.components.nodes.status).toBe('down');
      expect(error.message + JSON.stringify(report) + running.logged.join('')).not.toContain('S3CRET');
      expect(running.service.config.upstreams[0]?.url).toContain('S3CRET');
    } finally {
      await running.close();
    }
  },
);

describe('a single node with a limit of calls', () => {
  const throttled = {
    code: -32018,
    message: 'Node request failure',
    data: 'request for global state has failed: request was throttled by the node',
  };

  const afterOne = (then: Override): Override => {
    let passed = false;
    return (request, forward) => {
      if (request.method !== 'query_global_state' || passed) return passed ? then(request, forward) : undefined;
      passed = true;
      return undefined;
    };
  };

  test.each([
    ['a token, after one pause', villa(0), there, first(1, 'query_global_state', throttled)],
    // Patience is for a node that has answered something of the block: the account itself.
    [
      'a position of many calls, after several',
      staking,
      truth.staking(user1, height),
      afterOne(first(4, 'query_global_state', throttled)),
    ],
  ])(
    'is asked again until it answers, within the deadline: %s',
    virtually(async (_what, ref, data, limited) => {
      const env = { ASTAKE_DEADLINE_MS: '8000', ASTAKE_ATTEMPT_MS: '3000' };
      const running = createVirtualNetwork({ nodes: [limited], height, env });
      const begun = performance.now();
      expect(await lookup(ref, defaultReadOptions, running.service)).toMatchObject({ source: 'chain', data });
      expect(performance.now() - begun).toBeLessThan(8_000);
    }),
  );

  test(
    'that throttles even the first call of a position fails within the ordinary deadline',
    virtually(async () => {
      const env = { ASTAKE_DEADLINE_MS: '3000', ASTAKE_ATTEMPT_MS: '800' };
      const running = createVirtualNetwork({
        nodes: [first(Number.POSITIVE_INFINITY, 'query_global_state', throttled)],
        height,
        env,
      });
      const begun = performance.now();
      expect(await outcomeOf(lookup(staking, defaultReadOptions, running.service))).toEqual({
        failed: 'chain_unavailable',
      });
      expect(performance.now() - begun).toBeLessThan(3_000);
    }),
  );

  test(
    'that asks for a long pause fails the read at once, and says when to come back',
    virtually(async () => {
      const pausing: Override = () => ({ status: 429, headers: { 'retry-after': '30' } });
      const running = createVirtualNetwork({ nodes: [pausing], height });
      const begun = performance.now();
      const error: object = await lookup(villa(0), defaultReadOptions, running.service).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'chain_unavailable', retryAfter: 30 });
      expect(performance.now() - begun).toBeLessThan(2_000);
    }),
  );
});

test(
  'a node that has forgotten old blocks gives an incomplete position, and stays healthy',
  virtually(async () => {
    const pruned: Override = ({ method, params }) => {
      if (method !== 'chain_get_block' || params.block_identifier.Hash === truth.block(height).hash) return undefined;
      const data = { message: 'no block found', available_block_range: { low: height - 5, high: height } };
      return { error: { code: -32001, message: 'No such block', data } };
    };
    const running = createVirtualNetwork({ nodes: [pruned], height });
    const answer = await lookup(staking, defaultReadOptions, running.service);
    expect(answer).toMatchObject({ source: 'chain', data: { complete: false }, block: truth.block(height) });
    const { upstreams } = (await readHealth(running.service)).components.nodes;
    expect(upstreams).toMatchObject([{ state: 'healthy', reason: null }]);
    expect(running.asked[0]?.filter((method) => method === 'chain_get_block').length).toBeGreaterThan(1);
  }),
);

test(
  'the summary of an era that takes longer than an ordinary attempt is waited for',
  virtually(async () => {
    const slow: Override = async ({ method }) => {
      if (method === 'chain_get_era_summary') await passed(900);
      return undefined;
    };
    const running = createVirtualNetwork({ nodes: [slow], height, env: { ASTAKE_ATTEMPT_MS: '500' } });
    expect((await lookup(staking, defaultReadOptions, running.service)).data).toEqual(truth.staking(user1, height));
  }),
);

test.each([
  ['a package of that form', { Package: { versions: [] } }],
  ['a CLValue', { CLValue: { cl_type: 'Key', bytes: '00', parsed: null } }],
])(
  'a network with addressable entities is refused by name: %s is no absence',
  virtually(async (_form, stored) => {
    const entities: Override = ({ method, params }) =>
      method === 'query_global_state' && params.key === `hash-${villas}`
        ? { result: { api_version: '2.0.0', block_header: null, stored_value: stored, merkle_proof: '' } }
        : undefined;
    const running = createVirtualNetwork({ nodes: [entities], height });
    const error: object = await lookup(villa(0), defaultReadOptions, running.service).catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'value_unreadable',
      message: expect.stringContaining('addressable entities'),
    });
    expect(running.store.tables.cache.size).toBe(0);
  }),
);

test(
  'on a chain that stands still reads go on, one status each, and health is degraded',
  virtually(async () => {
    const running = createVirtualNetwork({ nodes: [sound, sound], height, env: { ASTAKE_MAX_TIP_AGE_SECONDS: '120' } });
    const sinceTip = running.service.clock.now() - Date.parse(truth.block(height).timestamp);
    running.pass(Math.max(0, 600_000 - sinceTip));
    const statuses = () => running.asked.flat().filter((method) => method === 'info_get_status').length;
    expect(await lookup(villa(0), fromChain, running.service)).toMatchObject({ source: 'chain', data: there });
    const before = statuses();
    // At the same moment, both reads would share one status.
    running.pass(1_000);
    expect(await lookup(villa(1), fromChain, running.service)).toMatchObject({ source: 'chain' });
    expect(statuses() - before).toBe(1);
    expect((await readHealth(running.service)).status).toBe('degraded');
  }),
);
