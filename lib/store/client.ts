import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { asStoreFailure } from './failures.ts';

export type Dynamo = DynamoDBDocumentClient;

export interface DynamoOptions {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** For one attempt, from request to answer. */
  readonly requestTimeoutMs?: number;
  readonly connectionTimeoutMs?: number;
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
  requestTimeoutMs = 1_000,
  connectionTimeoutMs = 300,
  maxAttempts = 3,
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
  dynamo.middlewareStack.add(
    (next) => (args) => next(args).catch((error: unknown) => Promise.reject(asStoreFailure(error))),
    {
      name: 'storeFailures',
      step: 'initialize',
      priority: 'high',
    },
  );
  return dynamo;
}

const onThisMachine = (endpoint: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);

/** An engine on this machine checks nobody; without these the SDK would search the network for credentials. */
const localIdentity = (region: string | undefined) => ({
  region: region ?? 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
