import { createNode } from '../../../infra/local/dev-chain/node.ts';
import { loadRecording, type RecordingName } from '../../../infra/local/dev-chain/recording.ts';
import { recordedExamples } from '../../../infra/local/recorded-examples.ts';
import { clValueDecoder } from '../../../lib/chain/casper-sdk.ts';
import { parseExact } from '../../../lib/chain/exact-json.ts';
import type { RpcAnswer } from '../../../lib/chain/rpc-answer.ts';
import type { RpcClient } from '../../../lib/chain/rpc-client.ts';
import type { Clock, Refresher } from '../../../lib/domain/service.ts';
import { readConfig } from '../../../lib/runtime/config.ts';
import { createService, type Running } from '../../../lib/runtime/service.ts';
import type { Telemetry } from '../../../lib/runtime/telemetry.ts';
import { createMemoryStore, type MemoryStore, type OnCall } from '../../support/memory-store.ts';

export interface World {
  readonly store: MemoryStore;
  /** A process of its own on the same store and node. */
  process(refresher?: Refresher): Running;
  setHeight(height: number): void;
}

export interface WorldOptions {
  readonly recording: RecordingName;
  readonly height?: number;
  readonly clock: Clock;
  readonly onCall?: OnCall;
  /** What a request to the node waits for before it is answered. */
  readonly travel?: () => Promise<void>;
  /** What becomes of an answer's text on its way. */
  readonly rewrite?: (text: string) => string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The service before a recorded node, on a store in memory: nothing leaves the process, and no time passes by itself. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { recording, height = 0, clock, onCall, travel, rewrite = (text) => text, env = {} } = options;
  // Loading it is real work: done before anything is counted.
  await clValueDecoder();
  const node = createNode(loadRecording(recording), height);
  const store = createMemoryStore(onCall === undefined ? {} : { onCall });
  const client: RpcClient = {
    async call(method, params, _attemptMs, _signal, sending) {
      sending?.onSent?.();
      await travel?.();
      return parseExact(rewrite(JSON.stringify(node.answer(1, method, params)))) as RpcAnswer;
    },
  };
  const config = readConfig({
    CASPER_RPC_URLS: 'http://127.0.0.1:9/rpc',
    CASPER_CHAIN_NAME: loadRecording(recording).meta.chainspec_name,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples[recording].collections),
    // No time passes, but a busy machine's.
    ASTAKE_DEADLINE_MS: '60000',
    ASTAKE_ATTEMPT_MS: '60000',
    ...env,
  });
  const endpoints = () => [{ name: 'recorded', operator: null, callsPerSecond: null, client }];
  return {
    store,
    process: (refresher = nobody) => createService(config, { clock, store, refresher, endpoints, telemetry }),
    setHeight: node.setHeight,
  };
}

const nobody: Refresher = { request: async () => undefined };

const quiet = () => undefined;
export const telemetry: Telemetry = {
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  metrics: { count: quiet, upstream: quiet },
  counts: () => ({}),
  begin: quiet,
  flush: quiet,
};
