import { InvalidConfig } from '../lib/runtime/config.ts';
import type { DeployEnv, Environment } from './environments.ts';
import { type FunctionName, fewestProcesses, reservationsOf } from './manifest.ts';
import { numberFor } from './per-environment.ts';

const variable = 'ASTAKE_CONCURRENCY';

/**
 * The processes that are reserved for functions, of those that `ASTAKE_CONCURRENCY` says that the environment may run; undefined: it says
 * nothing, and nothing is reserved. Throws InvalidConfig.
 */
export function reservedProcesses(
  environment: Environment,
  given: DeployEnv,
): Readonly<Partial<Record<FunctionName, number>>> | undefined {
  const processes = numberFor(environment, variable, given);
  if (processes === undefined || processes === 0) return undefined;
  if (processes >= fewestProcesses) return reservationsOf(processes);
  throw new InvalidConfig([
    `${variable}: ${environment} may run ${processes} processes, and reservations need ${fewestProcesses} at least: ask AWS for more (Service Quotas, Lambda, Concurrent executions), or leave the environment out`,
  ]);
}
