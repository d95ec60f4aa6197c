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
import { createMemoryStore, type MemoryStore } from '../../../support/memory-store.ts';
import { chance } from './chance.ts';
import type { Condition } from './condition.ts';
import { context } from './request.ts';
import { operators } from './scripts.ts';
import { contradictionIn } from './stored.ts';
import { createVirtualNode, type VirtualNode } from './virtual-node.ts';

export const instanceCount = 3;

const storeMs = { least: 2, most: 12 };

/** Several instances on one store before several nodes of one chain: nothing of it leaves the process. */
export interface World {
  readonly nodes: readonly VirtualNode[];
  readonly instances: readonly Running[];
  readonly functions: ReadonlyMap<string, Handler>;
  readonly store: MemoryStore;
  /** What was written, at any moment, and is not as the recording has it. */
  readonly wrongWrites: readonly string[];
  readonly counted: ReadonlyMap<string, number>;
  /** What was logged as a defect of ours. */
  readonly defects: readonly string[];
}

/** Once, and before time stands still: loading is real work. */
export async function loadHandlers(): Promise<ReadonlyMap<string, Handler>> {
  await clValueDecoder();
  return loadFunctions(['get-entity', 'lookup', 'refresh']);
}

export function createWorld(
  seed: number,
  height: number,
  conditionOf: (node: number) => Condition,
  functions: ReadonlyMap<string, Handler>,
): World {
  const nodes = operators.map((operator, index) =>
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
    async onCall(call, [entry]) {
      const [first] = instances;
      if (first !== undefined && (call === 'records.save' || call === 'cache.put')) {
        const wrong = contradictionIn(entry as CacheEntry | EntityRecord, first.definitions);
        if (wrong !== undefined) wrongWrites.push(`${call}: ${wrong}`);
      }
      await pause(storeDraw.between(storeMs.least, storeMs.most));
    },
  });
  const counted = new Map<string, number>();
  const defects: string[] = [];
  const config = readConfig({
    CASPER_RPC_URLS: 'http://127.0.0.1:9/rpc',
    CASPER_CHAIN_NAME: loadRecording('chain-a').meta.chainspec_name,
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples['chain-a'].collections),
    // Nothing is drawn but by the seed.
    ASTAKE_SAMPLE_PERCENT: '0',
  });
  const refresher = {
    /** Another container does it, after the answer has left. */
    async request(ref: EntityRef): Promise<void> {
      const other = instances[instances.length - 1] as Running;
      setTimeout(() => void asInstance(other, () => functions.get('refresh')?.(ref, context('refresh'))), 1);
    },
  };
  for (let index = 0; index < instanceCount; index += 1) {
    instances.push(
      createService(config, {
        clock: { now: () => Date.now() },
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
    metrics: { count, upstream: (_node, metric, by) => count(metric, by) },
    counts: () => Object.fromEntries(counted),
    begin: quiet,
    flush: quiet,
  };
}
