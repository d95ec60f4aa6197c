import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { Progress } from '../../lib/domain/progress.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { type BusEvent, startEventBus } from './aws/event-bus.ts';
import { loadFunctions } from './aws/functions.ts';
import { startLambdaApi } from './aws/lambda-api.ts';
import { startSchedules } from './aws/schedules.ts';
import { createStateMachineRunner, localStateMachineArn } from './aws/state-machine-runner.ts';
import { startStatesApi } from './aws/states-api.ts';
import type { DeadLetter } from './aws/stream-delivery.ts';
import { pollStreams } from './aws/streams.ts';
import { createTables, startEngine } from './engine/engine.ts';
import { startHttpApi } from './gateway/http-api.ts';
import { refuseForeignStore } from './refuse-foreign-store.ts';

export interface StackOptions {
  readonly host?: string;
  readonly port?: number;
  /** Admits to the routes of writers and operators. */
  readonly key: string;
  /** undefined: a temporary folder that is removed when the process ends. */
  readonly dataDir?: string | undefined;
  /** Interval of sync; 0 (the default): sync runs on request only. */
  readonly syncSeconds?: number;
  /** Interval of reconciliation; 0 (the default): reconciliation runs on request only. */
  readonly reconcileSeconds?: number;
  /** Called with the stored progress before the first request is served, so that an embedded chain resumes from there. */
  readonly startChain?: (progress: Progress) => Promise<unknown>;
}

export interface Stack {
  readonly url: string;
  readonly engine: {
    readonly kind: string;
    readonly endpoint: string;
    readonly pid: number | undefined;
    stop(): Promise<void>;
  };
  /** The folder of the data, or the name of the engine that keeps it. */
  readonly data: string;
  readonly keepsData: boolean;
  /** The last 1,000 domain events that were published to the bus; GET `eventsUrl` lists them. */
  events(): readonly BusEvent[];
  readonly eventsUrl: string;
  /** Stream records that no function could handle. */
  deadLetters(): readonly DeadLetter[];
  /** Stops everything that was started, in reverse order. */
  close(): Promise<void>;
}

/**
 * Runs the manifest's routes, schedules, streams and functions on an embedded engine. As on AWS, handlers find nodes and
 * engine by environment variables, which are set here before the first invocation.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { host = '127.0.0.1', port = 0, key, dataDir, startChain } = options;
  const { syncSeconds = 0, reconcileSeconds = 0 } = options;
  const ends: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end().catch((error: unknown) => console.error(error));
  };
  try {
    const given = process.env.AWS_ENDPOINT_URL_DYNAMODB;
    const temporary = given || dataDir !== undefined ? undefined : await mkdtemp(join(tmpdir(), 'astake-lookup-'));
    if (temporary !== undefined) ends.push(() => rm(temporary, { recursive: true, force: true }));
    const engine = await startEngine({ dataDir: dataDir ?? temporary });
    const data = given ? 'the engine of AWS_ENDPOINT_URL_DYNAMODB' : (dataDir ?? temporary ?? '');
    ends.push(() => engine.stop());
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_REGION: process.env.AWS_REGION ?? 'local',
      AWS_ACCESS_KEY_ID: process.env.AWS_ACCESS_KEY_ID ?? 'local',
      AWS_SECRET_ACCESS_KEY: process.env.AWS_SECRET_ACCESS_KEY ?? 'local',
    });

    const prefix = namePrefix('local');
    // The time-out is long: a busy machine takes its time to create tables and to read streams.
    const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
    ends.push(async () => dynamo.destroy());
    await createTables(dynamo, prefix);
    const progress = await createStore(dynamo, prefix).progress.read();
    await startChain?.(progress);
    await refuseForeignStore(progress, data);

    const functions = await loadFunctions();
    const lambda = await startLambdaApi({ functions });
    ends.push(() => lambda.close());
    process.env.AWS_ENDPOINT_URL_LAMBDA = lambda.url;
    const bus = await startEventBus();
    ends.push(() => bus.close());
    process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = bus.url;
    const client = createStreamsClient(engine.endpoint);
    ends.push(async () => client.destroy());
    const streams = pollStreams({ dynamo, client, prefix, functions });
    ends.push(() => streams.close());
    const stateMachineRunner = createStateMachineRunner({ functions });
    ends.push(() => stateMachineRunner.close());
    const states = await startStatesApi({ stateMachineRunner });
    ends.push(() => states.close());
    process.env.AWS_ENDPOINT_URL_SFN = states.url;
    process.env.ASTAKE_RECONCILE_MACHINE_ARN = localStateMachineArn('reconcile');
    const api = await startHttpApi({ host, port, functions, key });
    ends.push(() => api.close());
    const paces = { 'sync-loop': syncSeconds, reconcile: reconcileSeconds };
    const schedules = await startSchedules({ stateMachineRunner, paces });
    ends.push(async () => schedules.stop());
    const { events } = bus;
    const eventsUrl = `${bus.url}/events`;
    const { deadLetters } = streams;
    const keepsData = temporary === undefined;
    return { url: api.url, engine, data, keepsData, events, eventsUrl, deadLetters, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An engine serves its streams at the address of its tables. */
const createStreamsClient = (endpoint: string): DynamoDBStreamsClient =>
  new DynamoDBStreamsClient({
    endpoint,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 300, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
