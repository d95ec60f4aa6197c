import { type DevChain, startDevChain } from '../../../infra/local/dev-chain/dev-chain.ts';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { createTables, startEngine } from '../../../infra/local/engine/engine.ts';
import type { Metric, UpstreamMetric } from '../../../lib/domain/ports/telemetry.ts';
import { readConfig } from '../../../lib/runtime/config.ts';
import { namePrefix } from '../../../lib/runtime/names.ts';
import { createService } from '../../../lib/runtime/service.ts';
import { createDynamo } from '../../../lib/store/dynamodb/client.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';
import { clockOf } from '../../support/clock.ts';
import { type Instance, startInstance } from '../../support/instances.ts';
import { createMemoryStore, type OnCall } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { type Override, startRpcProxy } from '../../support/rpc-proxy.ts';
import { runsOnEngine } from '../../support/runs-on-engine.ts';

export const truth = recordedTruth('chain-a');
export const accounts = truth.accounts.map(({ id }) => id).filter((id) => truth.account(id, 60) !== null);
export const accountPath = (number: number): string => `/v1/accounts/${accounts[number % accounts.length]}`;
/** The chain must answer: an answer of the database is an error. */
export const fromChain = { 'cache-control': 'no-cache, stale-if-error=0' };

export interface Cluster {
  readonly nodes: readonly DevChain[];
  readonly instances: readonly Instance[];
  readonly store: Store;
  /** Moves the clock of all instances. Otherwise it moves by a millisecond with each request, however long that takes. */
  pass(milliseconds: number): void;
  /** An instance that has just started. */
  another(): Promise<Instance>;
  counted(metric: Metric | UpstreamMetric): number;
  /** JSON-RPC requests that a node has had since the last reset. */
  calls(node?: number): number;
  resetCalls(): void;
  close(): Promise<void>;
}

export interface ClusterOptions {
  readonly nodes?: number;
  readonly instances?: number;
  readonly height?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Uses a store in memory, and is called before each of its calls; otherwise the engine is the store. */
  readonly onCall?: OnCall;
  /** What the first node answers instead of the recording. */
  readonly override?: Override;
}

/** Several instances behind HTTP, with one store and one clock, before several recorded nodes of one chain. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { nodes: nodeCount = 2, instances: count = 1, height = 60, env = {}, onCall, override } = options;
  process.env.POWERTOOLS_LOG_LEVEL ??= 'CRITICAL';
  const nodes = await Promise.all(Array.from({ length: nodeCount }, () => startDevChain({ height })));
  const [first] = nodes;
  if (first === undefined) throw new Error('at least one node');
  const proxy = override && (await startRpcProxy(first.url, override));
  const urls = nodes.map(({ url }, index) => (index === 0 && proxy !== undefined ? proxy.url : url));
  const kept =
    onCall === undefined && runsOnEngine
      ? await engineStore()
      : { store: createMemoryStore(onCall && { onCall }), close: async () => {} };
  let now = Date.now();
  const clock = clockOf(() => now);
  const counts = new Map<string, number>();
  const add = (metric: string, by: number): void => void counts.set(metric, (counts.get(metric) ?? 0) + by);
  const quiet = () => undefined;
  const config = readConfig({
    ASTAKE_DEV_KEY: 'a-key-for-tests-only',
    CASPER_RPC_URLS: urls.join(','),
    CASPER_CHAIN_NAME: first.chainName,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples['chain-a'].collections),
    // Nothing may depend on how fast this machine is: a busy one must not look like a slow node.
    ASTAKE_DEADLINE_MS: '40000',
    ASTAKE_ATTEMPT_MS: '15000',
    ASTAKE_HEDGE_MS: '0',
    ASTAKE_SAMPLE_PERCENT: '0',
    ...env,
  });
  const all: Instance[] = [];
  async function another(): Promise<Instance> {
    const service = createService(config, {
      clock,
      store: kept.store,
      telemetry: {
        log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
        metrics: {
          count: (metric, by = 1) => add(metric, by),
          gauge: () => undefined,
          measure: () => undefined,
          upstream: (_node, metric, by) => add(metric, by),
        },
        begin: quiet,
        history: undefined,
        flush: quiet,
        counts: () => Object.fromEntries(counts),
      },
    });
    const started = await startInstance(service);
    // A millisecond per request: what one request asked is not shared with the next one.
    const ticking = <Args extends unknown[], Result>(request: (...args: Args) => Result) => {
      return (...args: Args): Result => {
        now += 1;
        return request(...args);
      };
    };
    const instance = { ...started, get: ticking(started.get), post: ticking(started.post) };
    all.push(instance);
    return instance;
  }
  await Promise.all(Array.from({ length: count }, another));
  return {
    nodes,
    instances: [...all],
    store: kept.store,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    another,
    counted: (metric) => counts.get(metric) ?? 0,
    calls: (node = 0) => nodes[node]?.calls().total ?? 0,
    resetCalls: () => nodes.forEach((node) => void node.resetCalls()),
    async close() {
      await Promise.all(all.map((instance) => instance.close()));
      await proxy?.close();
      await Promise.all(nodes.map((node) => node.close()));
      await kept.close();
    },
  };
}

/** A busy machine must not look like an engine that is down. */
export const patientStore = { requestTimeoutMs: 20_000, connectionTimeoutMs: 20_000, cooldownMs: 0 };

async function engineStore(): Promise<{ store: Store; close(): Promise<void> }> {
  const engine = await startEngine();
  const dynamo = createDynamo({ endpoint: engine.endpoint, ...patientStore });
  await createTables(dynamo, namePrefix('local'));
  return {
    store: createStore(dynamo, namePrefix('local')),
    async close() {
      dynamo.destroy();
      await engine.stop();
    },
  };
}
