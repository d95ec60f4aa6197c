import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { StoreUnavailable } from '../../domain/errors.ts';
import { asStoreFailure } from './failures.ts';

export type Dynamo = DynamoDBDocumentClient;

export interface DynamoOptions {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** For one attempt, from request to answer. */
  readonly requestTimeoutMs?: number;
  readonly connectionTimeoutMs?: number;
  /** After a request that got no answer at all, how long further ones fail at once. */
  readonly restMs?: number;
  /** Three, since the first ones may meet sockets that died while a Lambda was frozen. */
  readonly maxAttempts?: number;
}

/**
 * A client that keeps its connections alive (the SDK's default) and notices an engine that is down within a few
 * hundred milliseconds. Whatever it sends, a failure of the engine comes back as StoreUnavailable.
 */
export function createDynamo({
  endpoint,
  region,
  requestTimeoutMs = 500,
  connectionTimeoutMs = 300,
  maxAttempts = 3,
  restMs = 1_000,
}: DynamoOptions = {}): Dynamo {
  const client = new DynamoDBClient({
    maxAttempts,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && onThisMachine(endpoint) && localIdentity(region)),
  });
  const dynamo = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const guarded = failingFast(restMs);
  dynamo.middlewareStack.add((next) => (args) => guarded(() => next(args)), {
    name: 'storeFailures',
    step: 'initialize',
    priority: 'high',
  });
  return dynamo;
}

/**
 * Every failure of the engine comes out as StoreUnavailable. One that hangs costs a reader its patience once: whatever
 * the same read, or the next ones, ask of it in the following moment fails without waiting.
 */
function failingFast(restMs: number) {
  let restUntil = 0;
  return async <Output>(send: () => Promise<Output>): Promise<Output> => {
    if (Date.now() < restUntil) throw new StoreUnavailable('the database did not answer a moment ago');
    try {
      return await send();
    } catch (error) {
      if ((error as { name?: unknown } | null)?.name === 'TimeoutError') restUntil = Date.now() + restMs;
      throw asStoreFailure(error);
    }
  };
}

const onThisMachine = (endpoint: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);

/** An engine on this machine checks nobody; without these the SDK would search the network for credentials. */
const localIdentity = (region: string | undefined) => ({
  region: region ?? 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
