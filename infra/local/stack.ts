import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackOf } from '../../lib/domain/errors.ts';
import type { Log } from '../../lib/domain/ports/telemetry.ts';
import type { Progress } from '../../lib/domain/progress.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { corsRules } from '../../lib/runtime/cors.ts';
import type { Running } from '../../lib/runtime/service.ts';
import { createTelemetry } from '../../lib/runtime/telemetry.ts';
import type { Store } from '../../lib/store/store.ts';
import { type BusEvent, startEventBus } from './aws/event-bus.ts';
import { type Functions, loadFunctions } from './aws/functions.ts';
import { startLambdaApi } from './aws/lambda-api.ts';
import { startSchedules } from './aws/schedules.ts';
import { createStateMachineRunner, localStateMachineArn } from './aws/state-machine-runner.ts';
import { startStatesApi } from './aws/states-api.ts';
import type { DeadLetter } from './aws/stream-delivery.ts';
import type { EngineReport } from './engine/supervise.ts';
import { startHttpApi } from './gateway/http-api.ts';
import { openStore, type StoreChoice } from './open-store.ts';
import { readKeptProgress, refuseForeignStore } from './refuse-foreign-store.ts';

export interface StackOptions {
  readonly host?: string;
  readonly port?: number;
  /** Has all roles. */
  readonly key: string;
  /** undefined: a temporary folder that is removed when the process ends. */
  readonly dataDir?: string | undefined;
  readonly store?: StoreChoice;
  /** An engine that ends by itself is started again (the default). */
  readonly restartsEngine?: boolean;
  /** Requests at work at the same time; further ones are refused. Left out: no limit. */
  readonly maxRequests?: number | undefined;
  /** Interval of sync; 0 (the default): sync runs on request only. */
  readonly syncSeconds?: number;
  /** Interval of reconciliation; 0 (the default): reconciliation runs on request only. */
  readonly reconcileSeconds?: number;
  /** Left out: those of the manifest as they are. */
  readonly functions?: Functions | undefined;
  /** Called with the stored progress before the first request is served, so that an embedded chain resumes from there. */
  readonly startChain?: (progress: Progress) => Promise<unknown>;
}

export interface Stack {
  readonly url: string;
  readonly engine: {
    readonly kind: string;
    /** undefined: the store is in memory. */
    readonly endpoint: string | undefined;
    readonly pid: number | undefined;
    stop(): Promise<void>;
  };
  /** The instance of the service that the functions use. */
  service(): Running;
  /** The ports of the store, past the functions. */
  readonly store: Store;
  /** The folder of the data, or the name of the engine that keeps it. */
  readonly data: string;
  readonly keepsData: boolean;
  /** The last 1,000 domain events that were published to the bus; GET `eventsUrl` lists them. */
  events(): readonly BusEvent[];
  readonly eventsUrl: string;
  /** The last 1,000 stream records that no function could handle. */
  deadLetters(): readonly DeadLetter[];
  /** Stops everything that was started, in reverse order. */
  close(): Promise<void>;
}

/** On a local run, whose user waits for it, more often than on AWS. */
const syncsPerEnumeration = 2;
const secondsPerDay = 86_400;

/**
 * Runs the manifest's routes, schedules, streams and functions on an embedded engine, or on a store in memory. As on AWS,
 * handlers find nodes, engine and services by environment variables, which are set here before the first invocation.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { host = '127.0.0.1', port = 0, key, dataDir, startChain } = options;
  const { store: choice, restartsEngine = true, maxRequests, syncSeconds = 0, reconcileSeconds = 0 } = options;
  const { log } = createTelemetry('local');
  const report = reportTo(log);
  const engineReport: EngineReport = (message, isOver = false) => (isOver ? log.info(message) : log.error(message));
  const ends: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse())
      await end().catch((error: unknown) => report('a part of the local run cannot be stopped', error));
  };
  try {
    Object.assign(process.env, {
      AWS_REGION: process.env.AWS_REGION ?? 'local',
      AWS_ACCESS_KEY_ID: process.env.AWS_ACCESS_KEY_ID ?? 'local',
      AWS_SECRET_ACCESS_KEY: process.env.AWS_SECRET_ACCESS_KEY ?? 'local',
      ASTAKE_DEV_KEY: key,
    });
    const local = await openStore(choice, { dataDir, report: restartsEngine ? engineReport : undefined });
    ends.push(() => local.close());
    const { data, keepsData } = local;
    const progress = await readKeptProgress(data, local.store);
    await startChain?.(progress);
    await refuseForeignStore(progress, data);
    const { service } = local;
    process.env.ASTAKE_HEADS_FOLDER = await headsFolder(dataDir, ends);

    const functions = local.bind(options.functions ?? (await loadFunctions()));
    const lambda = await startLambdaApi({ functions, report });
    ends.push(() => lambda.close());
    process.env.AWS_ENDPOINT_URL_LAMBDA = lambda.url;
    const bus = await startEventBus();
    ends.push(() => bus.close());
    process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = bus.url;
    const streams = local.deliverStreams(functions, report);
    ends.push(() => streams.close());
    const stateMachineRunner = createStateMachineRunner({ functions, report });
    ends.push(() => stateMachineRunner.close());
    const states = await startStatesApi({ stateMachineRunner });
    ends.push(() => states.close());
    process.env.AWS_ENDPOINT_URL_SFN = states.url;
    process.env.ASTAKE_RECONCILE_MACHINE_ARN = localStateMachineArn('reconcile');
    const { corsOrigins, reads } = readConfig(process.env);
    const cors = corsRules(corsOrigins);
    const api = await startHttpApi({ host, port, functions, reads, cors, maxRequests, report });
    ends.push(() => api.close());
    const paces = {
      'sync-loop': syncSeconds,
      'webhook-loop': syncSeconds,
      reconcile: reconcileSeconds,
      enumerate: syncSeconds * syncsPerEnumeration,
      'head-digest': syncSeconds === 0 ? 0 : secondsPerDay / 4,
    };
    const schedules = await startSchedules({ stateMachineRunner, paces });
    ends.push(async () => schedules.stop());
    const { events, eventsUrl } = bus;
    const { deadLetters } = streams;
    const engine = {
      kind: local.kind,
      endpoint: local.endpoint,
      get pid() {
        return local.pid;
      },
      stop: () => local.stopEngine(),
    };
    return {
      url: api.url,
      engine,
      store: local.store,
      service,
      data,
      keepsData,
      events,
      eventsUrl,
      deadLetters,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Signed head digests are kept with the data; without a folder for it, until this run ends. */
async function headsFolder(dataDir: string | undefined, ends: (() => Promise<unknown>)[]): Promise<string> {
  if (dataDir !== undefined) return join(dataDir, 'heads');
  const folder = await mkdtemp(join(tmpdir(), 'astake-heads-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Gets what no caller sees. */
export type Report = (message: string, error?: unknown) => void;

const reportTo =
  (log: Log): Report =>
  (message, error) =>
    log.error(message, error === undefined ? {} : { error: stackOf(error) });
