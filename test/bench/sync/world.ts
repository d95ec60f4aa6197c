import { createNode } from '../../../infra/local/dev-chain/node.ts';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { loadRecording, type RecordingName } from '../../../infra/local/dev-chain/recording.ts';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { parseExactJson, type RpcAnswer } from '../../../lib/chain/rpc/rpc-answer.ts';
import type { RpcClient } from '../../../lib/chain/rpc/rpc-client.ts';
import type { Refresher } from '../../../lib/domain/ports/background-work.ts';
import type { Clock } from '../../../lib/domain/ports/telemetry.ts';
import { type Config, readConfig } from '../../../lib/runtime/config.ts';
import { createService, type Running } from '../../../lib/runtime/service.ts';
import type { Telemetry } from '../../../lib/runtime/telemetry.ts';
import type { Store } from '../../../lib/store/store.ts';
import { createMemoryStore, type MemoryStore, type OnCall } from '../../support/memory-store.ts';

export interface World {
  readonly store: MemoryStore;
  /** A process of its own on the same node, and on the same store where no other one is given. */
  process(refresher?: Refresher, other?: Store): Running;
  setHeight(height: number): void;
}

export interface WorldOptions {
  readonly recording: RecordingName;
  readonly height?: number;
  readonly clock: Clock;
  readonly onCall?: OnCall;
  /** Told of each request to the node, which is answered when this is done. */
  readonly onRequest?: (method: string, params: object | undefined) => void | Promise<void>;
  /** What becomes of an answer's text on its way. */
  readonly rewrite?: (text: string) => string;
  /** Stands between a request and the node, whose answer's text `ask` gives. */
  readonly between?: Between;
  readonly env?: Readonly<Record<string, string>>;
}

export type Between = (
  method: string,
  params: object | undefined,
  ask: (params: object | undefined) => string,
) => string;

/** The service before a recorded node, on a store in memory: nothing leaves the process, and no time passes by itself. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { recording, height = 0, clock, onCall, onRequest, rewrite = (text) => text, env } = options;
  const { between = (_, params, ask) => ask(params) } = options;
  // Loading it is real work: done before anything is counted.
  await clValueDecoder();
  const node = createNode(loadRecording(recording), height);
  const store = createMemoryStore(onCall === undefined ? {} : { onCall });
  const client: RpcClient = {
    async call(method, params, _attemptMs, _signal, sending) {
      sending?.onSent?.();
      await onRequest?.(method, params);
      const ask = (asked: object | undefined): string => JSON.stringify(node.answer(1, method, asked));
      return parseExactJson(rewrite(between(method, params, ask))) as RpcAnswer;
    },
  };
  const config = configFor(recording, 'http://127.0.0.1:9/rpc', env);
  const endpoints = () => [{ name: 'recorded', operator: null, callsPerSecond: null, client }];
  return {
    store,
    process: (refresher = nobody, other = store) =>
      createService(config, { ...quietly, clock, store: other, refresher, endpoints }),
    setHeight: node.setHeight,
  };
}

/** With the recording's collections. A busy machine is no fault: nothing is late. */
export const configFor = (recording: RecordingName, url: string, env: WorldOptions['env'] = {}): Config =>
  readConfig({
    CASPER_RPC_URLS: url,
    CASPER_CHAIN_NAME: loadRecording(recording).meta.chainspec_name,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples[recording].collections),
    ASTAKE_DEADLINE_MS: '60000',
    ASTAKE_ATTEMPT_MS: '60000',
    ...env,
  });

const nobody: Refresher = { request: async () => undefined };

const quiet = () => undefined;
const telemetry: Telemetry = {
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  metrics: { count: quiet, upstream: quiet },
  counts: () => ({}),
  begin: quiet,
  flush: quiet,
};

/** Parts of a service that says nothing and asks nobody for a refresh. */
export const quietly = { telemetry, refresher: nobody };
