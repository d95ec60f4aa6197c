import * as z from 'zod/mini';
import { InvalidConfig } from '../lib/runtime/config.ts';
import type { DeployEnv, Environment } from './environments.ts';

export interface PerEnvironment<Value> {
  /** Of the deployer's environment: a JSON object, environment → value. */
  readonly variable: string;
  readonly schema: z.ZodMiniType<Value>;
  /** What a value is, with an example, for who has to mend it. */
  readonly form: string;
}

/** The value that a variable has for an environment; undefined: none. Throws InvalidConfig. */
export function valueFor<Value>(
  environment: Environment,
  given: DeployEnv,
  { variable, schema, form }: PerEnvironment<Value>,
): Value | undefined {
  try {
    const values = z.record(z.string(), schema).parse(JSON.parse(given[variable]?.trim() || '{}'));
    return Object.hasOwn(values, environment) ? values[environment] : undefined;
  } catch {
    throw new InvalidConfig([`${variable} must be JSON: environment → ${form}`]);
  }
}

export const numberFor = (environment: Environment, variable: string, given: DeployEnv): number | undefined =>
  valueFor(environment, given, {
    variable,
    schema: z.number().check(z.int(), z.minimum(0)),
    form: 'a whole number, as in {"production": 1000}',
  });
