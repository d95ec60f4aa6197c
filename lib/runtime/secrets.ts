import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretValue } from '../chain/rpc-client.ts';
import type { SecretHeader } from './endpoints.ts';

/** A secret that was refused is read anew, since it may have been rotated; no more often than this. */
const rereadMs = 60_000;
const timeoutMs = 1_000;

/** The value of a node's header, read when it is first needed and kept. It rejects with a message that names no value. */
export function secretValue(header: SecretHeader, env: NodeJS.ProcessEnv): SecretValue {
  if ('env' in header) return { value: async () => env[header.env]?.trim() ?? '', refused: () => undefined };
  const id = header.secretsManager;
  let reading: Promise<string> | undefined;
  let readAt = 0;
  return {
    value() {
      if (reading === undefined) {
        readAt = Date.now();
        reading = readSecret(id);
        reading.catch(() => {
          reading = undefined;
        });
      }
      return reading;
    },
    refused() {
      if (Date.now() - readAt > rereadMs) reading = undefined;
    },
  };
}

let client: SecretsManagerClient | undefined;

async function readSecret(id: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient: Client } = await import('@aws-sdk/client-secrets-manager');
  client ??= new Client({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
  if (!SecretString?.trim()) throw new Error('the secret is no text');
  return SecretString.trim();
}
