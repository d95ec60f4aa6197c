import * as z from 'zod/mini';
import { InvalidConfig } from '../lib/runtime/config.ts';
import type { DeployEnv, Environment } from './environments.ts';

const accounts = z.record(z.string(), z.string().check(z.regex(/^\d{12}$/)));

/**
 * The AWS account that an environment belongs to, by `ASTAKE_ACCOUNTS`; undefined: any. The CDK refuses to deploy into another
 * one. Where `credentials`, those of the deployer, are of another account, the synthesis ends. Throws InvalidConfig.
 */
export function accountOf(
  environment: Environment,
  given: DeployEnv,
  credentials: string | undefined,
): string | undefined {
  const named = accountsIn(given.ASTAKE_ACCOUNTS?.trim() || '{}');
  const account = Object.hasOwn(named, environment) ? named[environment] : undefined;
  if (account !== undefined && credentials !== undefined && account !== credentials)
    throw new InvalidConfig([
      `${environment} belongs to the account ${account} (ASTAKE_ACCOUNTS), and the credentials are of ${credentials}`,
    ]);
  return account;
}

function accountsIn(text: string): Readonly<Record<string, string>> {
  try {
    return accounts.parse(JSON.parse(text));
  } catch {
    throw new InvalidConfig([
      'ASTAKE_ACCOUNTS must be JSON: environment → account of 12 digits, as in {"production": "123456789012"}',
    ]);
  }
}
