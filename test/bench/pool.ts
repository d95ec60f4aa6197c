import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createUpstreams, type Upstreams } from '../../lib/chain/pool/upstreams.ts';
import { createRpcClient } from '../../lib/chain/rpc/rpc-client.ts';
import { clockOf } from '../support/clock.ts';
import type { Local } from '../support/local.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import type { Row } from './row.ts';
import { median, ratios } from './statistics.ts';

const attemptMs = 800;
const rounds = 40;
const warming = 10;
const perRound = 300;
const atOnce = 10;
const goal = 1.2;
const params = { state_identifier: null, key: 'account-hash-00', path: [] };
const soon = () => AbortSignal.timeout(10_000);

/** What the pool adds to a request to one healthy node, and what a first node that is down costs its callers. */
export async function pool(local: Local): Promise<Row[]> {
  const healthy = await startNode(await exampleResult(local));
  const silent = await startNode('silent');
  try {
    return [...(await overhead(healthy.url)), ...(await deadFirst(silent.url, healthy.url))];
  } finally {
    healthy.end();
    silent.end();
  }
}

async function overhead(url: string): Promise<Row[]> {
  const client = createRpcClient({ url });
  const upstreams = poolOf([url, `${url}?second`]);
  const agent = new Agent({ keepAlive: true });
  const asking = {
    pool: () => upstreams.call('query_global_state', params, (result) => result, { signal: soon() }),
    client: () => client.call('query_global_state', params, attemptMs, soon()),
    bare: () => bareRequest(url, agent),
  };
  const taken = { pool: [] as number[], client: [] as number[], bare: [] as number[] };
  for (let round = 0; round < warming + rounds; round += 1) {
    const names = ['pool', 'client', 'bare'] as const;
    // Each of the three is first in every third round.
    for (const [index] of names.entries()) {
      const name = names[(index + round) % names.length] ?? 'bare';
      const cpu = await cpuOf(asking[name]);
      if (round >= warming) taken[name].push(cpu);
    }
  }
  agent.destroy();
  const micros = (values: readonly number[]) => `${Math.round(median(values))} µs`;
  const row = (against: 'client' | 'bare', bench: string): Row => ({
    bench,
    counts: 'CPU',
    figure: micros(taken.pool),
    against: micros(taken[against]),
    ...ratios(taken.pool, taken[against]),
  });
  const { ratio = Number.NaN, ...own } = row(
    'client',
    'one call: the pool over its own bare request, one healthy node first',
  );
  return [
    { ...own, ratio, goal: `<= ${goal}`, met: ratio <= goal },
    row('bare', 'one call: the pool over node:http and JSON.parse, without time limits or checks'),
  ];
}

async function cpuOf(ask: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let done = 0; done < perRound; done += atOnce) await Promise.all(Array.from({ length: atOnce }, ask));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / perRound;
}

/** The first node takes requests and never answers. */
async function deadFirst(silent: string, healthy: string): Promise<Row[]> {
  const alone = poolOf([healthy]);
  const both = poolOf([silent, healthy]);
  const unhedged = poolOf([silent, healthy], 0);
  const time = async (upstreams: Upstreams): Promise<number> => {
    const began = performance.now();
    await upstreams.call('query_global_state', params, (result) => result, { signal: soon() });
    return performance.now() - began;
  };
  await time(alone);
  const firstMs = await time(both);
  const firstUnhedgedMs = await time(unhedged);
  const taken = { alone: [] as number[], both: [] as number[] };
  for (let call = 0; call < 400; call += 1) {
    taken.alone.push(await time(alone));
    taken.both.push(await time(both));
  }
  const bench = 'the first of two nodes never answers';
  const first = (what: string, ms: number): Row => ({
    bench: `${bench}: ${what}`,
    counts: 'wall time',
    figure: `${Math.round(ms)} ms`,
    against: `${attemptMs} ms`,
    ratio: ms / attemptMs,
    goal: 'one attempt at most',
    met: ms <= attemptMs * 1.1,
    detail: 'against one attempt',
  });
  const later = ratios(taken.both, taken.alone);
  return [
    first('the first call, hedged', firstMs),
    first('the first call, without hedging', firstUnhedgedMs),
    {
      bench: `${bench}: later calls over the second node alone`,
      counts: 'wall time',
      figure: `${median(taken.both).toFixed(2)} ms`,
      against: `${median(taken.alone).toFixed(2)} ms`,
      ...later,
      goal: 'nothing added',
      met: later.ratio <= goal,
    },
  ];
}

function poolOf(urls: readonly string[], hedgeMs = 200): Upstreams {
  const quiet = () => undefined;
  return createUpstreams(
    {
      endpoints: urls.map((url, index) => ({
        name: `n${index}`,
        operator: null,
        callsPerSecond: null,
        client: createRpcClient({ url }),
      })),
      attemptMs,
      hedgeMs,
      network: 'casper',
      maxLagBlocks: 5,
      maxTipAgeSeconds: 0,
    },
    {
      store: createMemoryStore().progress,
      clock: clockOf(Date.now),
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      metrics: { count: quiet, gauge: quiet, measure: quiet, upstream: quiet },
    },
  );
}

let lastId = 0;

/** The simplest client: one kept-alive request, and its body parsed. */
function bareRequest(url: string, agent: Agent): Promise<unknown> {
  lastId += 1;
  const body = JSON.stringify({ jsonrpc: '2.0', id: lastId, method: 'query_global_state', params });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The answer of a node, as text. */
async function exampleResult({ node }: Local): Promise<string> {
  const client = createRpcClient({ url: node.url });
  const status = await client.call('info_get_status', undefined, attemptMs, soon());
  return JSON.stringify('result' in status ? status.result : null, (_, value) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
}

async function startNode(result: string): Promise<{ readonly url: string; end(): void }> {
  const child = fork(join(import.meta.dirname, 'static-node.ts'), [result], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const [url] = await once(child, 'message');
  return { url: String(url), end: () => child.disconnect() };
}
