import { createNode, type Node } from '../../../infra/local/dev-chain/node.ts';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { loadRecording, type Recording, type RecordingName } from '../../../infra/local/dev-chain/recording.ts';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { parseExactJson, type RpcAnswer } from '../../../lib/chain/rpc/rpc-answer.ts';
import type { RpcClient } from '../../../lib/chain/rpc/rpc-client.ts';
import { readConfig } from '../../../lib/runtime/config.ts';
import { createService, type Running } from '../../../lib/runtime/service.ts';
import type { Telemetry } from '../../../lib/runtime/telemetry.ts';
import type { Store } from '../../../lib/store/store.ts';
import { clockOf } from '../../support/clock.ts';
import { createMemoryStore, type MemoryTables, type OnCall } from '../../support/memory-store.ts';
import type { LiquidSettings } from '../../support/recorded-truth.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON-RPC of every method
export type Json = any;

/** Gives the whole answer of a node that differs from the recording; `forward` gives the recorded one. */
export type Alter = (method: string, params: Json, forward: (params?: Json) => Json) => Json;

/** Runs before each call takes effect; where it throws, the call throws. */
export interface Watching {
  readonly onCall?: OnCall;
  readonly onRequest?: (method: string, params: Json) => void | Promise<void>;
  /** Runs when the node has answered, before the process has the answer. */
  readonly onAnswer?: () => void;
  /** Wraps the store of the process. */
  readonly around?: (store: Store) => Store;
}

export interface World {
  /** Shared by all processes. */
  readonly tables: MemoryTables;
  readonly nodes: readonly Node[];
  /** Of all processes. */
  readonly counted: ReadonlyMap<string, number>;
  /** The gauges that all processes published, in order. */
  readonly gauges: readonly (readonly [gauge: string, value: number])[];
  /** The warnings and errors that all processes logged. */
  readonly logged: readonly string[];
  /** Of all nodes; the clock moves on by a second. */
  setHeight(height: number): void;
  /** Moves the clock of all processes. */
  pass(milliseconds: number): void;
  /** Another process on the same tables and nodes. */
  process(watching?: Watching): Running;
}

export interface WorldOptions {
  readonly recording?: RecordingName;
  /** Another chain made of the recording. */
  readonly made?: (recording: Recording) => Recording;
  readonly height?: number;
  /** One per node; undefined: it answers as recorded. */
  readonly nodes?: readonly (Alter | undefined)[];
  readonly liquid?: LiquidSettings | undefined;
  readonly tables?: MemoryTables;
  /** Instead of tables in memory; `onCall` does not see its calls. */
  readonly store?: Store;
  readonly env?: Readonly<Record<string, string>>;
  /** Draws the samples. */
  readonly chance?: () => number;
}

/**
 * The service with its own chain client, in front of recorded nodes, on tables in memory. Nothing leaves this process. The
 * clock stands still until `setHeight` or `pass`.
 */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { recording: name = 'chain-a', height = 0, nodes: alters = [undefined], liquid, env = {} } = options;
  await clValueDecoder();
  const { made = (recorded: Recording) => recorded } = options;
  const recording = made(loadRecording(name));
  const nodes = alters.map(() => createNode(recording, height));
  const { tables } = createMemoryStore(options.tables === undefined ? {} : { tables: options.tables });
  const counted = new Map<string, number>();
  const gauges: [string, number][] = [];
  const logged: string[] = [];
  let now = Date.parse(recording.blocks.at(-1)?.header.timestamp ?? '');
  const config = readConfig({
    CASPER_RPC_URLS: nodes.map((_, index) => `http://127.0.0.1:${index + 1}/rpc`).join(','),
    CASPER_CHAIN_NAME: recording.meta.chainspec_name,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples[name].collections),
    // Safety nets only: on a busy machine no answer is late.
    ASTAKE_DEADLINE_MS: '600000',
    ASTAKE_ATTEMPT_MS: '60000',
    // No samples, except where a test asks for them.
    ASTAKE_SAMPLE_PERCENT: '0',
    // Before there is anything on the chain, every question is about something unknown.
    ASTAKE_ABSENT_CALLS_PER_MINUTE: '0',
    ...(liquid && { ASTAKE_LIQUID_STAKING: JSON.stringify({ ...liquid, itemKey: 'base64-key' }) }),
    ...env,
  });

  return {
    tables,
    nodes,
    counted,
    gauges,
    logged,
    setHeight: (next) => {
      now += 1_000;
      for (const node of nodes) node.setHeight(next);
    },
    pass: (milliseconds) => {
      now += milliseconds;
    },
    process({ onCall, onRequest, onAnswer, around = (store: Store): Store => store } = {}) {
      const store = options.store ?? createMemoryStore({ tables, ...(onCall && { onCall }) });
      return createService(config, {
        clock: clockOf(() => now),
        store: around(store),
        telemetry: telemetryInto(counted, gauges, logged),
        refresher: { request: async () => undefined },
        ...(options.chance && { chance: options.chance }),
        endpoints: () =>
          nodes.map((node, index) => ({
            name: `n${index + 1}`,
            operator: null,
            callsPerSecond: null,
            client: clientOf(node, alters[index], onRequest, onAnswer),
          })),
      });
    },
  };
}

function clientOf(
  node: Node,
  alter: Alter | undefined,
  onRequest: Watching['onRequest'],
  onAnswer: Watching['onAnswer'],
): RpcClient {
  return {
    async call(method, params, _attemptMs, _signal, sending) {
      await onRequest?.(method, params);
      sending?.onSent?.();
      node.count(method);
      const forward = (instead: Json = params) => node.answer(1, method, instead);
      const text = JSON.stringify(alter === undefined ? forward() : await alter(method, params, forward));
      onAnswer?.();
      return parseExactJson(text) as RpcAnswer;
    },
  };
}

/** A deep copy of an answer. */
export const changeable = (answer: Json): Json => JSON.parse(JSON.stringify(answer));

function telemetryInto(counted: Map<string, number>, gauges: [string, number][], logged: string[]): Telemetry {
  const quiet = () => undefined;
  const note = (message: string, details: object = {}) => void logged.push(`${message} ${JSON.stringify(details)}`);
  return {
    log: { debug: quiet, info: quiet, warn: note, error: note },
    metrics: {
      count: (metric, by = 1) => void counted.set(metric, (counted.get(metric) ?? 0) + by),
      gauge: (metric, value) => void gauges.push([metric, value]),
      measure: () => {},
      upstream: quiet,
    },
    counts: () => Object.fromEntries(counted),
    begin: quiet,
    history: undefined,
    flush: quiet,
  };
}
