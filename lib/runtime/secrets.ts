import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretValue } from '../chain/rpc/rpc-client.ts';
import type { Clock } from '../domain/ports/telemetry.ts';
import type { SecretHeader } from './endpoints.ts';

/** A refused secret may have been rotated: it is read again, but not more often than this. */
const rereadMs = 60_000;
const timeoutMs = 1_000;

/** The value of a node's header, read on first use and kept. The message of an error never contains the value. */
export function secretValue(header: SecretHeader, env: NodeJS.ProcessEnv, clock: Clock): SecretValue {
  if ('env' in header) return { value: async () => env[header.env]?.trim() ?? '', refused: () => undefined };
  const read = secretReader(header.secretsManager);
  let reading: Promise<string> | undefined;
  let readAt = 0;
  return {
    value() {
      if (reading === undefined) {
        readAt = clock.steady();
        reading = read();
        reading.catch(() => {
          reading = undefined;
        });
      }
      return reading;
    },
    refused() {
      if (clock.steady() - readAt >= rereadMs) reading = undefined;
    },
  };
}

/** The SDK client is loaded with the first read of the secret: a process that answers from the cache does not need it. */
function secretReader(id: string): () => Promise<string> {
  let client: SecretsManagerClient | undefined;
  return async () => {
    const { GetSecretValueCommand, SecretsManagerClient: Client } = await import('@aws-sdk/client-secrets-manager');
    client ??= new Client({
      ...regionOf(id),
      maxAttempts: 2,
      requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    });
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    if (!SecretString?.trim()) throw new Error('the secret has no text');
    return SecretString.trim();
  };
}

/** An ARN contains the region of its secret. A name belongs to the process's own region. */
function regionOf(id: string): { readonly region?: string } {
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(id)?.[1];
  return region === undefined ? {} : { region };
}
