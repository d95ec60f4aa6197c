import * as z from 'zod/mini';
import { InvalidConfig } from '../lib/runtime/config.ts';
import type { DeployEnv, Environment } from './environments.ts';
import { valueFor } from './per-environment.ts';

/**
 * The AWS account that an environment belongs to, by `ASTAKE_ACCOUNTS`; undefined: any. The CDK refuses to deploy into another
 * one. Where `credentials`, those of the deployer, are of another account, the synthesis ends. Throws InvalidConfig.
 */
export function accountOf(
  environment: Environment,
  given: DeployEnv,
  credentials: string | undefined,
): string | undefined {
  const account = valueFor(environment, given, {
    variable: 'ASTAKE_ACCOUNTS',
    schema: z.string().check(z.regex(/^\d{12}$/)),
    form: 'account of 12 digits, as in {"production": "123456789012"}',
  });
  if (account !== undefined && credentials !== undefined && account !== credentials)
    throw new InvalidConfig([
      `${environment} belongs to the account ${account} (ASTAKE_ACCOUNTS), and the credentials are of ${credentials}`,
    ]);
  return account;
}
