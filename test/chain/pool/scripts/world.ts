import { type Handler, loadFunctions } from '../../../../infra/local/aws/functions.ts';
import { recordedExamples } from '../../../../infra/local/dev-chain/recorded-examples.ts';
import { loadRecording } from '../../../../infra/local/dev-chain/recording.ts';
import { clValueDecoder } from '../../../../lib/chain/rpc/casper-sdk.ts';
import { pause } from '../../../../lib/domain/deadline.ts';
import type { EntityRef } from '../../../../lib/domain/entity.ts';
import type { CacheEntry, EntityRecord } from '../../../../lib/domain/record.ts';
import { readConfig } from '../../../../lib/runtime/config.ts';
import { asInstance, createService, type Running } from '../../../../lib/runtime/service.ts';
import type { Telemetry } from '../../../../lib/runtime/telemetry.ts';
import { clockOf } from '../../../support/clock.ts';
import { createMemoryStore, type MemoryStore, type OnCall } from '../../../support/memory-store.ts';
import { chance } from './chance.ts';
import type { Condition } from './condition.ts';
import { context } from './request.ts';
import { operators } from './scripts.ts';
import { contradictionIn } from './stored.ts';
import { createVirtualNode, type VirtualNode } from './virtual-node.ts';

export interface WorldOptions {
  readonly seed: number;
  /** The block at which all nodes begin. */
  readonly height: number;
  readonly functions: ReadonlyMap<string, Handler>;
  conditionOf(node: number): Condition;
  readonly instances?: number;
  /** The nodes' operators: as many nodes as operators. */
  readonly nodes?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Called before each call of the store, which waits for it and fails with it. */
  readonly onCall?: OnCall;
}

const storeMs = { least: 2, most: 12 };

/** Several instances on one store before several nodes of one chain, all within this process. */
export interface World {
  readonly nodes: readonly VirtualNode[];
  readonly instances: readonly Running[];
  readonly functions: ReadonlyMap<string, Handler>;
  readonly store: MemoryStore;
  /** What was written, at any moment, and differs from the recording. */
  readonly wrongWrites: readonly string[];
  readonly counted: ReadonlyMap<string, number>;
  /** What was logged as a defect of this program. */
  readonly defects: readonly string[];
}

/** Loading is real work: do it once, before time stands still. */
export async function loadHandlers(): Promise<ReadonlyMap<string, Handler>> {
  await clValueDecoder();
  return loadFunctions(['get-entity', 'lookup', 'refresh']);
}

export function createWorld(options: WorldOptions): World {
  const { seed, height, functions, conditionOf, instances: count = 3, env = {}, onCall } = options;
  const nodes = (options.nodes ?? operators).map((operator, index) =>
    createVirtualNode({
      name: `${operator}-${index}`,
      operator,
      height,
      condition: () => conditionOf(index),
      draw: chance(seed, `node ${index}`),
    }),
  );
  const instances: Running[] = [];
  const wrongWrites: string[] = [];
  const storeDraw = chance(seed, 'store');
  const store = createMemoryStore({
    async onCall(call, args) {
      const [entry] = args;
      const [first] = instances;
      if (first !== undefined && (call === 'records.save' || call === 'cache.put')) {
        const wrong = contradictionIn(entry as CacheEntry | EntityRecord, first.definitions);
        if (wrong !== undefined) wrongWrites.push(`${call}: ${wrong}`);
      }
      await pause(storeDraw.between(storeMs.least, storeMs.most));
      await onCall?.(call, args);
    },
  });
  const counted = new Map<string, number>();
  const defects: string[] = [];
  const config = readConfig({
    CASPER_RPC_URLS: 'http://127.0.0.1:9/rpc',
    CASPER_CHAIN_NAME: loadRecording('chain-a').meta.chainspec_name,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples['chain-a'].collections),
    // Only the seed decides.
    ASTAKE_SAMPLE_PERCENT: '0',
    ...env,
  });
  const refresher = {
    /** Another instance does it, after the answer has left. */
    async request(ref: EntityRef): Promise<void> {
      const other = instances[instances.length - 1] as Running;
      setTimeout(() => void asInstance(other, () => functions.get('refresh')?.(ref, context('refresh'))), 1);
    },
  };
  for (let index = 0; index < count; index += 1) {
    instances.push(
      createService(config, {
        clock: clockOf(() => Date.now()),
        store,
        telemetry: telemetryInto(counted, defects),
        refresher,
        endpoints: () => nodes.map(({ name, operator, client }) => ({ name, operator, callsPerSecond: null, client })),
      }),
    );
  }
  return { nodes, instances, functions, store, wrongWrites, counted, defects };
}

function telemetryInto(counted: Map<string, number>, defects: string[]): Telemetry {
  const quiet = () => undefined;
  const count = (metric: string, by = 1) => void counted.set(metric, (counted.get(metric) ?? 0) + by);
  return {
    log: {
      debug: quiet,
      info: quiet,
      warn: quiet,
      error: (message, details) => void defects.push(`${message} ${JSON.stringify(details)}`),
    },
    metrics: { count, gauge: quiet, measure: quiet, upstream: (_node, metric, by) => count(metric, by) },
    counts: () => Object.fromEntries(counted),
    begin: quiet,
    history: undefined,
    flush: quiet,
  };
}
