import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import type { EntityRef } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { readConfig } from '../../../lib/runtime/config.ts';
import { createService, type Running } from '../../../lib/runtime/service.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { clockOf } from '../../support/clock.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

export const recording = 'chain-e';
export const provings = ['proved', 'unproved'] as const;
export type Proving = (typeof provings)[number];

/** A service before one node, with a store in memory: nearly all that a read costs is what it asks of the node. */
export function readerOf(url: string, chainName: string, proving: Proving): Running {
  process.env.POWERTOOLS_LOG_LEVEL ??= 'CRITICAL';
  const config = readConfig({
    CASPER_RPC_URLS: url,
    CASPER_CHAIN_NAME: chainName,
    ASTAKE_DEV_KEY: 'a-key-for-tests-only',
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: proving === 'proved' ? '100' : '0',
    ASTAKE_DEADLINE_MS: '30000',
    ASTAKE_ATTEMPT_MS: '10000',
    ASTAKE_CALLS_PER_SECOND: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples[recording].collections),
    ASTAKE_SAMPLE_PERCENT: '0',
    ASTAKE_EXPLAIN_PERCENT: '0',
  });
  return createService(config, { clock: clockOf(Date.now), store: createMemoryStore() });
}

/** From the chain, whatever is stored. */
export async function read(ref: EntityRef, service: Running): Promise<void> {
  const { source } = await lookup(ref, { ...defaultReadOptions, noCache: true }, service);
  if (source !== 'chain') throw new Error(`${ref.kind} came from ${source}`);
}
