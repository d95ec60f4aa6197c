import { AsyncLocalStorage } from 'node:async_hooks';
import { createCasperChain } from '../chain/casper-chain.ts';
import type { Endpoint } from '../chain/pool/upstreams.ts';
import { createRpcClient } from '../chain/rpc/rpc-client.ts';
import type { Reconciler, Refresher, WebhookRunner } from '../domain/ports/background-work.ts';
import type { Publisher } from '../domain/ports/outbox.ts';
import type { Clock } from '../domain/ports/telemetry.ts';
import type { WebhookSender } from '../domain/ports/webhook-sender.ts';
import type { Service } from '../domain/service.ts';
import { entityDefinitions } from '../entities/index.ts';
import { sharedDefinitions } from '../entities/shared.ts';
import { createDynamo } from '../store/dynamodb/client.ts';
import { createStore, type Store } from '../store/store.ts';
import { createKeepExplanation, type KeepExplanation } from '../usecases/explaining/keep-explanation.ts';
import { createLimiter, type Limiter } from '../usecases/limits/limiter.ts';
import { createBasisReader } from '../usecases/observing/bases.ts';
import { createMemory } from '../usecases/process/memory.ts';
import { createSnapshots } from '../usecases/process/snapshots.ts';
import { watchStore } from '../usecases/process/store-watch.ts';
import { createTraffic } from '../usecases/process/traffic.ts';
import { noteTransition } from '../usecases/status/note-transition.ts';
import { type Authenticate, createAuthenticate } from './access/authenticate.ts';
import { createClock } from './clock.ts';
import { type Config, readConfig } from './config.ts';
import { busName, liveFunction } from './names.ts';
import { createPublisher } from './publisher.ts';
import { createReconciler } from './reconciler.ts';
import { createRefresher } from './refresher.ts';
import { secretValue } from './secrets.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';
import { unknownVariables } from './variables.ts';

export interface Running extends Service {
  readonly config: Config;
  readonly telemetry: Telemetry;
  readonly publisher: Publisher;
  /** Of tests; undefined: the one of lib/runtime/webhooks. */
  readonly webhookSender: WebhookSender | undefined;
  /** Of tests; undefined: the one of lib/runtime/webhook-runner.ts. */
  readonly webhookRunner: WebhookRunner | undefined;
  readonly authenticate: Authenticate;
  readonly limiter: Limiter;
  readonly keepExplanation: KeepExplanation;
}

export interface Parts {
  readonly clock?: Clock;
  readonly store?: Store;
  readonly telemetry?: Telemetry;
  /** Replaces the HTTP endpoints of the nodes. */
  readonly endpoints?: (config: Config) => readonly Endpoint[];
  readonly refresher?: Refresher;
  readonly reconciler?: Reconciler;
  readonly publisher?: Publisher;
  readonly webhookSender?: WebhookSender;
  readonly webhookRunner?: WebhookRunner;
  /** Random numbers from 0 to 1, which select the samples. */
  readonly chance?: () => number;
}

/** The composition root: builds the whole service from one configuration. */
export function createService(config: Config, parts: Parts = {}): Running {
  const { clock = createClock(), telemetry = createTelemetry(config.environment, clock) } = parts;
  const { log, metrics } = telemetry;
  const { store, watch: storeWatch } = watchStore(
    parts.store ??
      createStore(
        createDynamo({ endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB, requestTimeoutMs: config.storeMs }),
        config.tables,
        clock,
      ),
    { clock, log, metrics },
  );
  const { deadlineMs, staleLimitSeconds, lateLimitSeconds, absentCallsPerMinute, reconcileCalls } = config;
  const limits = {
    deadlineMs,
    staleLimitSeconds,
    lateSeconds: lateLimitSeconds,
    absentCallsPerMinute,
    reconcileCalls,
    sampleShare: config.samplePercent / 100,
  };
  const chain = createCasperChain({
    settings: {
      endpoints: parts.endpoints?.(config) ?? endpointsOf(config, clock),
      network: config.network,
      attemptMs: config.attemptMs,
      hedgeMs: config.hedgeMs,
      maxLagBlocks: config.maxLagBlocks,
      maxTipAgeSeconds: config.maxTipAgeSeconds,
    },
    progress: store.progress,
    clock,
    log,
    metrics,
    onTransition: (transition) => noteTransition(transition, store),
    // Readers start without it.
    onRefuted: async (refuted) => (await import('../usecases/status/note-refuted.ts')).noteRefuted(refuted, store),
    provedShare: config.provePercent / 100,
    anchor: config.anchor,
    unsigned: config.unsigned,
    chance: parts.chance,
  });
  const traffic = createTraffic(clock, parts.chance);
  const snapshots = createSnapshots({ progress: store.progress, records: store.records, clock });
  return {
    ...store,
    config,
    telemetry,
    chain,
    network: config.network,
    snapshots,
    bases: createBasisReader({ chain, snapshots, clock, limits }),
    memory: createMemory(clock),
    traffic,
    storeWatch,
    refresher: parts.refresher ?? createRefresher(liveFunction(config.environment, 'refresh')),
    reconciler: parts.reconciler ?? createReconciler(),
    authenticate: createAuthenticate({
      keys: store.keys,
      issuers: config.jwtIssuers,
      localKey: config.localKey,
      clock,
      log,
    }),
    keepExplanation: createKeepExplanation({
      explanations: store.explanations,
      clock,
      traffic,
      log,
      share: config.explainPercent / 100,
    }),
    limiter: createLimiter({ budgets: store.budgets, clock, log, metrics }),
    publisher: parts.publisher ?? createPublisher(busName(config.environment)),
    webhookSender: parts.webhookSender,
    webhookRunner: parts.webhookRunner,
    clock,
    log,
    metrics,
    limits,
    review: { owner: config.conflictOwner, hours: config.conflictHours, fourEyes: config.fourEyes },
    definitions: entityDefinitions(config),
    shared: sharedDefinitions(config),
  };
}

/** One endpoint for each node, with its own pool of kept-alive connections. */
export function endpointsOf(
  { upstreams, callsPerSecond: ordinary }: Pick<Config, 'upstreams' | 'callsPerSecond'>,
  clock: Clock,
): Endpoint[] {
  const alone = upstreams.length === 1;
  return upstreams.map(({ name, operator, callsPerSecond, url, header }) => ({
    name,
    operator,
    callsPerSecond: callsPerSecond ?? ordinary,
    client: createRpcClient({
      url,
      alone,
      clock,
      header: header === null ? undefined : { name: header.name, secret: secretValue(header, process.env, clock) },
    }),
  }));
}

let running: Running | undefined;

const instances = new AsyncLocalStorage<Running>();

/** Handlers that `work` invokes use `instance` instead of the process's own service, as in another container. */
export const asInstance = <T>(instance: Running, work: () => T): T => instances.run(instance, work);

/** The process's service. The first invocation builds it from the environment. */
export function service(): Running {
  const given = instances.getStore();
  if (given !== undefined) return given;
  running ??= fromEnvironment();
  return running;
}

/** A start is not the time to end because of a misspelt name: a synthesis and a local run refuse it. */
function fromEnvironment(): Running {
  const instance = createService(readConfig(process.env));
  // A local run has one process for all functions, whose start is no caller's wait.
  if (instance.config.environment !== 'local') instance.metrics.count('ColdStart');
  for (const problem of unknownVariables(process.env)) instance.log.warn('unknown variable', { problem });
  return instance;
}
