import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { StoreUnavailable } from '../../domain/errors.ts';
import { asStoreFailure } from './failures.ts';

export type Dynamo = DynamoDBDocumentClient;

export interface DynamoOptions {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** The time limit of one attempt, from request to answer. */
  readonly requestTimeoutMs?: number;
  readonly connectionTimeoutMs?: number;
  /** For how long requests fail at once after a request that got no answer. */
  readonly cooldownMs?: number;
  /** Three by default, since the first attempts may meet sockets that died while a Lambda was frozen. */
  readonly maxAttempts?: number;
}

/**
 * A client that keeps its connections alive (the SDK's default) and notices an engine that is down within a few
 * hundred milliseconds. Every failure of the engine is thrown as StoreUnavailable.
 */
export function createDynamo({
  endpoint,
  region,
  requestTimeoutMs = 500,
  connectionTimeoutMs = 300,
  maxAttempts = 3,
  cooldownMs = 1_000,
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
  const guarded = failingFast(cooldownMs);
  dynamo.middlewareStack.add((next) => (args) => guarded(() => next(args)), {
    name: 'storeFailures',
    step: 'initialize',
    priority: 'high',
  });
  return dynamo;
}

/**
 * Turns every failure of the engine into StoreUnavailable. After a request that timed out, further requests fail without
 * waiting for a moment: an engine that hangs costs a read one time limit, not one for each request.
 */
function failingFast(cooldownMs: number) {
  let coolingUntil = 0;
  return async <Output>(send: () => Promise<Output>): Promise<Output> => {
    if (Date.now() < coolingUntil) throw new StoreUnavailable('the database did not answer a moment ago');
    try {
      return await send();
    } catch (error) {
      if ((error as { name?: unknown } | null)?.name === 'TimeoutError') coolingUntil = Date.now() + cooldownMs;
      throw asStoreFailure(error);
    }
  };
}

const onThisMachine = (endpoint: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);

/** An engine on this machine checks no credentials; without these the SDK would search the network for some. */
const localIdentity = (region: string | undefined) => ({
  region: region ?? 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
