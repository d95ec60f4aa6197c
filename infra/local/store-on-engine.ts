import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { tablePrefix } from '../../lib/runtime/names.ts';
import { service } from '../../lib/runtime/service.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { forgottenPositions, keptPositions } from './aws/stream-positions.ts';
import { pollStreams } from './aws/streams.ts';
import { createTables, type EngineOptions, startEngine } from './engine/engine.ts';
import { watchDisk } from './engine/watch-disk.ts';
import type { LocalStore } from './local-store.ts';

/**
 * Starts the embedded engine, or uses the one at AWS_ENDPOINT_URL_DYNAMODB, and creates the tables. Handlers find it by that
 * variable, as on AWS. Without `dataDir` the data is in a temporary folder that `close` removes.
 */
export async function storeOnEngine({ dataDir, report }: EngineOptions): Promise<LocalStore> {
  const ends: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end().catch((error: unknown) => console.error(error));
  };
  try {
    const given = process.env.AWS_ENDPOINT_URL_DYNAMODB;
    const temporary = given || dataDir !== undefined ? undefined : await mkdtemp(join(tmpdir(), 'astake-lookup-'));
    if (temporary !== undefined) ends.push(removedAtExit(temporary));
    const engine = await startEngine({ dataDir: dataDir ?? temporary, report });
    ends.push(() => engine.stop());
    const folder = given ? undefined : (dataDir ?? temporary);
    if (folder !== undefined && report !== undefined) {
      const endWatch = await watchDisk({ folder, report });
      ends.push(async () => endWatch());
    }
    const { endpoint, kind } = engine;
    process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;

    const { prefix } = tablePrefix('local', process.env.ASTAKE_TABLES);
    // The time-out is long: a busy machine takes its time to create tables and to read streams.
    const dynamo = createDynamo({ endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
    ends.push(async () => dynamo.destroy());
    await createTables(dynamo, prefix);
    const positions = dataDir === undefined ? forgottenPositions() : keptPositions(join(dataDir, 'streams.json'));
    const client = createStreamsClient(endpoint);
    ends.push(async () => client.destroy());
    return {
      kind,
      endpoint,
      get pid() {
        return engine.pid;
      },
      data: folder ?? 'the engine of AWS_ENDPOINT_URL_DYNAMODB',
      keepsData: temporary === undefined,
      store: createStore(dynamo, prefix),
      service,
      bind: (functions) => functions,
      deliverStreams: (functions, report) => pollStreams({ dynamo, client, prefix, functions, positions, report }),
      stopEngine: () => engine.stop(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Removes the folder when the returned function is called, and at the latest when the process exits. */
function removedAtExit(folder: string): () => Promise<void> {
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  return async () => {
    process.removeListener('exit', remove);
    await rm(folder, { recursive: true, force: true });
  };
}

/** An engine serves its streams at the address of its tables. */
const createStreamsClient = (endpoint: string): DynamoDBStreamsClient =>
  new DynamoDBStreamsClient({
    endpoint,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 300, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
