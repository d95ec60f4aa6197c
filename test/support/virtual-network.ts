import { createNode, type Node } from '../../infra/local/dev-chain/node.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { createAttemptTimer } from '../../lib/chain/rpc/attempt-timer.ts';
import { RpcFailure } from '../../lib/chain/rpc/errors.ts';
import { parseExactJson, type RpcAnswer } from '../../lib/chain/rpc/rpc-answer.ts';
import type { RpcClient } from '../../lib/chain/rpc/rpc-client.ts';
import type { Metric } from '../../lib/domain/ports/telemetry.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { createService, type Running } from '../../lib/runtime/service.ts';
import { clockOf } from './clock.ts';
import { createMemoryStore, type MemoryStore, type OnCall } from './memory-store.ts';
import type { Override } from './rpc-proxy.ts';

export interface VirtualNetwork {
  readonly service: Running;
  readonly store: MemoryStore;
  /** The recorded node behind all nodes. */
  readonly node: Node;
  /** The methods that each node was asked for, in order. */
  readonly asked: readonly string[][];
  readonly counted: (metric: Metric) => number;
  /** Moves the clock of all processes forward, without a timer. */
  pass(milliseconds: number): void;
  /** Another process on the same store and nodes. It may know the nodes in another order. */
  another(order?: (names: readonly string[]) => readonly string[]): Running;
}

interface Options {
  readonly height: number;
  readonly nodes?: readonly Override[];
  readonly onCall?: OnCall;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The service with its own chain client in front of recorded nodes, within this process: for virtual time. A node that is
 * not altered answers at once. Load `clValueDecoder` before the virtual time begins.
 */
export function createVirtualNetwork({ height, nodes = [() => undefined], onCall, env = {} }: Options): VirtualNetwork {
  const recording = loadRecording('chain-a');
  const node = createNode(recording, height);
  const store = createMemoryStore(onCall === undefined ? {} : { onCall });
  const asked: string[][] = nodes.map(() => []);
  const clients = new Map<string, RpcClient>(
    nodes.map((override, index) => [`n${index + 1}`, clientOf(node, override, (method) => asked[index]?.push(method))]),
  );
  const config = readConfig({
    CASPER_RPC_URLS: [...clients.keys()].map((name) => `http://${name}.example/rpc`).join(','),
    CASPER_CHAIN_NAME: recording.meta.chainspec_name,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples['chain-a'].collections),
    ASTAKE_SAMPLE_PERCENT: '0',
    ...env,
  });
  const counts = new Map<Metric, number>();
  const quiet = (): void => undefined;
  const telemetry = {
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    metrics: {
      count: (metric: Metric, by = 1) => void counts.set(metric, (counts.get(metric) ?? 0) + by),
      gauge: quiet,
      measure: quiet,
      upstream: quiet,
    },
    counts: () => Object.fromEntries(counts),
    begin: quiet,
    history: undefined,
    flush: quiet,
  };
  let ahead = 0;
  const another: VirtualNetwork['another'] = (order = (names) => names) =>
    createService(config, {
      clock: clockOf(() => Date.now() + ahead),
      store,
      telemetry,
      refresher: { request: async () => undefined },
      endpoints: () =>
        order([...clients.keys()]).map((name) => {
          const client = clients.get(name);
          if (client === undefined) throw new Error(`no node ${name}`);
          return { name, operator: null, callsPerSecond: null, client };
        }),
    });
  return {
    service: another(),
    store,
    node,
    asked,
    counted: (metric) => counts.get(metric) ?? 0,
    pass: (milliseconds) => {
      ahead += milliseconds;
    },
    another,
  };
}

/** Resolves after this virtual time. */
export const passed = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Keeps the limit of an attempt and fails like `createRpcClient`. */
function clientOf(node: Node, override: Override, onRequest: (method: string) => void): RpcClient {
  const exchange = async (method: string, params: object | undefined): Promise<RpcAnswer> => {
    const forward = async () => {
      node.count(method);
      return JSON.parse(JSON.stringify(node.answer(1, method, params)));
    };
    const own = await override({ id: 1, method, params }, forward);
    if (own !== undefined && 'status' in own) {
      const seconds = own.headers?.['retry-after'];
      const retryAfter = seconds === undefined ? undefined : Number(seconds);
      throw new RpcFailure('status', `HTTP ${own.status}`, { status: own.status, retryAfter });
    }
    const answer = own === undefined ? await forward() : { jsonrpc: '2.0', id: 1, ...own };
    return parseExactJson(JSON.stringify(answer)) as RpcAnswer;
  };
  return {
    async call(method, params, attemptMs, signal, sending) {
      const attempt = createAttemptTimer(signal);
      try {
        attempt.begin(attemptMs);
        sending?.onSent?.();
        onRequest(method);
        return await attempt.beforeEnd(exchange(method, params));
      } catch (error) {
        if (error instanceof RpcFailure) throw error;
        throw new RpcFailure('timeout', 'no answer in time', { cause: error });
      } finally {
        attempt.close();
      }
    },
  };
}
