import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import type { RecordingName } from '../../infra/local/dev-chain/recording.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { createService, type Running } from '../../lib/runtime/service.ts';
import { clockOf } from './clock.ts';
import { createMemoryStore, type MemoryStore, type OnCall } from './memory-store.ts';
import { type Override, startRpcProxy } from './rpc-proxy.ts';

export interface TestService {
  readonly service: Running;
  readonly store: MemoryStore;
  readonly node: DevChain;
  /** Moves the service's clock forward. */
  pass(milliseconds: number): void;
  /** From now on `pass` alone moves the service's clock: ages are exact on a machine of any speed. */
  stopClock(): void;
  /** Another instance on the same store and node. */
  another(): Running;
  close(): Promise<void>;
}

/** The service with its real chain client on a recorded node, and a store in memory that reports every call. */
export async function startService(
  options: {
    readonly recording?: RecordingName;
    readonly height?: number;
    readonly onCall?: OnCall;
    /** Answers that replace those of the recording. */
    readonly override?: Override;
    readonly env?: Record<string, string>;
  } = {},
): Promise<TestService> {
  const { recording = 'chain-a', height = 60, onCall, override, env = {} } = options;
  process.env.POWERTOOLS_LOG_LEVEL ??= 'CRITICAL';
  const node = await startDevChain({ recording, height });
  const proxy = override && (await startRpcProxy(node.url, override));
  const store = createMemoryStore(onCall === undefined ? {} : { onCall });
  let ahead = 0;
  let stoppedAt: number | undefined;
  const clock = clockOf(() => (stoppedAt ?? Date.now()) + ahead);
  const config = readConfig({
    CASPER_RPC_URLS: proxy?.url ?? node.url,
    CASPER_CHAIN_NAME: node.chainName,
    ASTAKE_DEV_KEY: 'a-key-for-tests-only',
    ASTAKE_MAX_TIP_AGE_SECONDS: '0',
    ASTAKE_PROVE_PERCENT: node.hasProofs ? '100' : '0',
    // A busy machine must not make a read late. A test about deadlines runs in virtual time.
    ASTAKE_DEADLINE_MS: '30000',
    ASTAKE_ATTEMPT_MS: '10000',
    // The clock may stand still, and then no permit would come. A test about limits sets its own.
    ASTAKE_CALLS_PER_SECOND: '0',
    ASTAKE_COLLECTIONS: JSON.stringify(recordedExamples[recording].collections),
    // No test depends on chance: a test about sampling sets its own percentage.
    ASTAKE_SAMPLE_PERCENT: '0',
    ASTAKE_EXPLAIN_PERCENT: '0',
    ...env,
  });
  const another = (): Running => createService(config, { clock, store });
  return {
    service: another(),
    store,
    node,
    pass: (milliseconds) => {
      ahead += milliseconds;
    },
    stopClock: () => {
      stoppedAt = Date.now();
    },
    another,
    async close() {
      await proxy?.close();
      await node.close();
    },
  };
}
