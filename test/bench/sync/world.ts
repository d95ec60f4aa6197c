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
  /** Another process on the same node, and on the same store unless another one is given. */
  process(refresher?: Refresher, other?: Store): Running;
  setHeight(height: number): void;
}

export interface WorldOptions {
  readonly recording: RecordingName;
  readonly height?: number;
  readonly clock: Clock;
  readonly onCall?: OnCall;
  /** Runs before each request to the node is answered. */
  readonly onRequest?: (method: string, params: object | undefined) => void | Promise<void>;
  /** Changes the text of an answer. */
  readonly rewrite?: (text: string) => string;
  /** Answers instead of the node; `ask` gives the text of the node's answer. */
  readonly between?: Between;
  readonly env?: Readonly<Record<string, string>>;
  /** The rate of the node; left out: none. */
  readonly callsPerSecond?: number;
}

export type Between = (
  method: string,
  params: object | undefined,
  ask: (params: object | undefined) => string,
) => string;

/** The service in front of a recorded node, on a store in memory. Nothing leaves the process, and time moves only by the caller. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { recording, height = 0, clock, onCall, onRequest, rewrite = (text) => text, env } = options;
  const { between = (_, params, ask) => ask(params), callsPerSecond = null } = options;
  // Loading the decoder takes time: it is loaded before anything is measured.
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
  const endpoints = () => [{ name: 'recorded', operator: null, callsPerSecond, client }];
  return {
    store,
    process: (refresher = noRefresher, other = store) =>
      createService(config, { ...quietly, clock, store: other, refresher, endpoints }),
    setHeight: node.setHeight,
  };
}

/** With the collections of the recording. The deadlines are safety nets only: on a busy machine no answer is late. */
export const configFor = (recording: RecordingName, url: string, env: WorldOptions['env'] = {}): Config =>
  readConfig({
    CASPER_RPC_URLS: url,
    CASPER_CHAIN_NAME: loadRecording(recording).meta.chainspec_name,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples[recording].collections),
    ASTAKE_DEADLINE_MS: '60000',
    ASTAKE_ATTEMPT_MS: '60000',
    ...env,
  });

const noRefresher: Refresher = { request: async () => undefined };

const quiet = () => undefined;
const telemetry: Telemetry = {
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  metrics: { count: quiet, gauge: quiet, measure: quiet, upstream: quiet },
  counts: () => ({}),
  begin: quiet,
  history: undefined,
  flush: quiet,
};

/** Parts of a service that logs nothing and requests no refresh. */
export const quietly = { telemetry, refresher: noRefresher };
