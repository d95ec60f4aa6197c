import * as z from 'zod/mini';
import { InvalidConfig } from '../lib/runtime/config.ts';
import type { DeployEnv, Environment } from './environments.ts';

const wholeNumber = z.record(z.string(), z.number().check(z.int(), z.minimum(0)));

/** The number that a variable of the deployer's environment, a JSON object, has for an environment. Throws InvalidConfig. */
export function numberFor(environment: Environment, variable: string, given: DeployEnv): number | undefined {
  try {
    const numbers = wholeNumber.parse(JSON.parse(given[variable]?.trim() || '{}'));
    return Object.hasOwn(numbers, environment) ? numbers[environment] : undefined;
  } catch {
    throw new InvalidConfig([`${variable} must be JSON: environment → a whole number, as in {"production": 1000}`]);
  }
}
