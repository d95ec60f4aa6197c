import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { backoffBy, type Pauses } from './contention.ts';
import { createCooldown } from './cooldown.ts';
import { asStoreFailure } from './failures.ts';

export type Dynamo = DynamoDBDocumentClient & Pauses;

export interface DynamoOptions {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** The time limit of one attempt, from request to answer. */
  readonly requestTimeoutMs?: number;
  /** By default three fifths of it. */
  readonly connectionTimeoutMs?: number;
  /** For how long requests to a table fail at once after a request to it that got no answer. */
  readonly cooldownMs?: number;
  /** Three by default, since the first attempts may meet sockets that died while a Lambda was frozen. */
  readonly maxAttempts?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed?: () => number;
  /** Random numbers from 0 to 1, for the pauses between attempts. */
  readonly chance?: () => number;
}

/**
 * A client that keeps its connections alive (the SDK's default) and notices an engine that is down within a few
 * hundred milliseconds. Every failure of the engine is thrown as StoreUnavailable.
 */
export function createDynamo({
  endpoint,
  region,
  requestTimeoutMs = 500,
  connectionTimeoutMs = requestTimeoutMs * 0.6,
  maxAttempts = 3,
  cooldownMs = 1_000,
  elapsed = () => performance.now(),
  chance = Math.random,
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
  const guarded = createCooldown(cooldownMs, elapsed);
  dynamo.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await guarded(args.input, () => next(args));
      } catch (error) {
        throw asStoreFailure(error);
      }
    },
    { name: 'storeFailures', step: 'initialize', priority: 'high' },
  );
  return Object.assign(dynamo, { backoff: backoffBy(chance) });
}

const onThisMachine = (endpoint: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);

/** An engine on this machine checks no credentials; without these the SDK would search the network for some. */
const localIdentity = (region: string | undefined) => ({
  region: region ?? 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
