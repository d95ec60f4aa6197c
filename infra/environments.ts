import { type Config, readConfig } from '../lib/runtime/config.ts';
import type { FunctionDefinition } from './manifest.ts';

export type Environment = 'dev' | 'staging' | 'production';

export interface Settings {
  readonly chainName: string;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN';
  readonly logRetentionDays: 7 | 30 | 365;
  /** Tables outlive their stack, and in production nobody deletes them by mistake. */
  readonly keepTables: boolean;
  readonly protectTables: boolean;
  /** Of the whole API: beyond it the gateway answers 429. */
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
}

export const environments: Record<Environment, Settings> = {
  dev: {
    chainName: 'casper-test',
    logLevel: 'DEBUG',
    logRetentionDays: 7,
    keepTables: false,
    protectTables: false,
    throttle: { requestsPerSecond: 50, burst: 100 },
  },
  staging: {
    chainName: 'casper-test',
    logLevel: 'INFO',
    logRetentionDays: 30,
    keepTables: true,
    protectTables: false,
    throttle: { requestsPerSecond: 200, burst: 400 },
  },
  production: {
    chainName: 'casper',
    logLevel: 'INFO',
    logRetentionDays: 365,
    keepTables: true,
    protectTables: true,
    throttle: { requestsPerSecond: 1000, burst: 2000 },
  },
};

export const environmentNames = Object.keys(environments) as Environment[];

export const isEnvironment = (name: string): name is Environment => Object.hasOwn(environments, name);

/** Synthesis works without nodes; a deployment with this placeholder answers `chain_unavailable`. */
export const placeholderEndpoint = 'https://casper-node.invalid/rpc';

/** Taken over from the environment of whoever synthesises, where given; else the code's own defaults hold. */
const passedOn = [
  'CASPER_CHAIN_NAME',
  'ASTAKE_COLLECTIONS',
  'ASTAKE_LIQUID_STAKING',
  'ASTAKE_DEADLINE_MS',
  'ASTAKE_ATTEMPT_MS',
  'ASTAKE_HEDGE_MS',
  'ASTAKE_STALE_LIMIT_SECONDS',
  'ASTAKE_MAX_LAG_BLOCKS',
  'ASTAKE_MAX_TIP_AGE_SECONDS',
  'ASTAKE_READY_LAG_SECONDS',
  'ASTAKE_CONFLICT_OWNER',
  'ASTAKE_CONFLICT_HOURS',
  'ASTAKE_RECONCILE_CALLS',
  'ASTAKE_SAMPLE_PERCENT',
];

/** The variables of whoever synthesises. */
export type Given = Readonly<Record<string, string | undefined>>;

/**
 * What the functions will make of the given variables, by the code that will read them: whatever they would refuse to
 * start with is refused here, before it is deployed. Throws InvalidConfig.
 */
export const configOf = (environment: Environment, given: Given): Config =>
  readConfig({ ...given, ASTAKE_ENVIRONMENT: environment, ASTAKE_DEV_KEY: undefined });

/** A function's environment variables, named as for a local run. Only functions that ask the chain get endpoints. */
export function variablesOf(
  definition: FunctionDefinition,
  environment: Environment,
  given: Given,
): Record<string, string> {
  const settings = environments[environment];
  return {
    ...(definition.usesChain && endpointVariables(environment, given)),
    ASTAKE_ENVIRONMENT: environment,
    CASPER_CHAIN_NAME: settings.chainName,
    POWERTOOLS_LOG_LEVEL: settings.logLevel,
    ...only(passedOn, given),
  };
}

/** The one list of nodes that was given, and what their headers take from the environment. */
function endpointVariables(environment: Environment, given: Given): Record<string, string> {
  const { upstreams } = configOf(environment, given);
  if (upstreams.length === 0) return { CASPER_RPC_URLS: placeholderEndpoint };
  const named = upstreams.flatMap(({ header }) => (header !== null && 'env' in header ? [header.env] : []));
  return only(['CASPER_RPC_URLS', 'CASPER_UPSTREAMS', ...named], given);
}

const only = (names: readonly string[], given: Given): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (given[name]?.trim() ? [[name, given[name]]] : [])));
