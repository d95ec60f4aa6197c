import { type Config, readConfig } from '../lib/runtime/config.ts';
import type { FunctionDefinition } from './manifest.ts';

export type Environment = 'dev' | 'staging' | 'production';

export interface Settings {
  readonly chainName: string;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN';
  readonly logRetentionDays: 7 | 30 | 365;
  /** Tables stay when their stack is deleted. */
  readonly keepTables: boolean;
  /** Tables have deletion protection. */
  readonly protectTables: boolean;
  /** What a table, or an index, gives at most in a second: a bill that runs away is throttled instead. */
  readonly tableUnits: { readonly read: number; readonly write: number };
  /** For so many days no principal can remove or change a signed head digest. */
  readonly headRetentionDays: number;
  /** `few`: only the alarms that page where an outage hurts no one outside. */
  readonly alarms: 'all' | 'few';
  /** Limit of the whole API. Above it the gateway answers 429. */
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
}

export const environments: Record<Environment, Settings> = {
  dev: {
    chainName: 'casper-test',
    logLevel: 'DEBUG',
    logRetentionDays: 7,
    keepTables: false,
    protectTables: false,
    tableUnits: { read: 2_000, write: 1_000 },
    headRetentionDays: 1,
    alarms: 'few',
    throttle: { requestsPerSecond: 50, burst: 100 },
  },
  staging: {
    chainName: 'casper-test',
    logLevel: 'INFO',
    logRetentionDays: 30,
    keepTables: true,
    protectTables: true,
    tableUnits: { read: 12_000, write: 4_000 },
    headRetentionDays: 30,
    alarms: 'all',
    throttle: { requestsPerSecond: 200, burst: 400 },
  },
  production: {
    chainName: 'casper',
    logLevel: 'INFO',
    logRetentionDays: 365,
    keepTables: true,
    protectTables: true,
    tableUnits: { read: 40_000, write: 20_000 },
    headRetentionDays: 3_653,
    alarms: 'all',
    throttle: { requestsPerSecond: 1000, burst: 2000 },
  },
};

export const environmentNames = Object.keys(environments) as Environment[];

export const isEnvironment = (name: string): name is Environment => Object.hasOwn(environments, name);

/** Used when no node is configured, so that synthesis works. A deployment with it answers `chain_unavailable`. */
export const placeholderEndpoint = 'https://casper-node.invalid/rpc';

/** Copied from the deployer's environment into each function. For a variable that is not set, the code's default applies. */
const forwardedVariables = [
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
  'ASTAKE_EXPLAIN_PERCENT',
  'ASTAKE_FOUR_EYES',
  'ASTAKE_RECONCILE_CALLS',
  'ASTAKE_SAMPLE_PERCENT',
  'ASTAKE_LIMIT_ANONYMOUS',
  'ASTAKE_LIMIT_KEYS',
  'ASTAKE_LIMIT_WAITING',
  'ASTAKE_JWT_ISSUERS',
  'ASTAKE_READS',
  'ASTAKE_EDGE_KEY',
  'ASTAKE_TABLES',
  'ASTAKE_WEBHOOK_ALLOW_PRIVATE',
  'ASTAKE_WEBHOOK_PAUSE_HOURS',
  'ASTAKE_WEBHOOK_PORTS',
];

/** The environment variables of the process that synthesises the stacks. */
export type DeployEnv = Readonly<Record<string, string | undefined>>;

/**
 * The configuration as the functions will read it, by the same code: a value that would stop a function from starting
 * stops the synthesis. Throws InvalidConfig.
 */
export const configOf = (environment: Environment, given: DeployEnv): Config =>
  readConfig({ ...given, ASTAKE_ENVIRONMENT: environment, ASTAKE_DEV_KEY: undefined });

/** A function's environment variables, named as for a local run. Only functions that call the chain get endpoints. */
export function variablesOf(
  definition: FunctionDefinition,
  environment: Environment,
  given: DeployEnv,
): Record<string, string> {
  const settings = environments[environment];
  return {
    ...(definition.usesChain && endpointVariables(environment, given)),
    ASTAKE_ENVIRONMENT: environment,
    CASPER_CHAIN_NAME: settings.chainName,
    POWERTOOLS_LOG_LEVEL: settings.logLevel,
    ...pick(forwardedVariables, given),
  };
}

/** The configured list of nodes, and the variables that hold the values of the nodes' headers. */
function endpointVariables(environment: Environment, given: DeployEnv): Record<string, string> {
  const { upstreams } = configOf(environment, given);
  if (upstreams.length === 0) return { CASPER_RPC_URLS: placeholderEndpoint };
  const named = upstreams.flatMap(({ header }) => (header !== null && 'env' in header ? [header.env] : []));
  return pick(['CASPER_RPC_URLS', 'CASPER_UPSTREAMS', ...named], given);
}

const pick = (names: readonly string[], given: DeployEnv): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (given[name]?.trim() ? [[name, given[name]]] : [])));
