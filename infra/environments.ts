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
  'ASTAKE_STALE_LIMIT_SECONDS',
  'ASTAKE_MAX_LAG_BLOCKS',
  'ASTAKE_MAX_TIP_AGE_SECONDS',
];

/** A function's environment variables, named as for a local run. Only functions that ask the chain get endpoints. */
export function variablesOf(
  definition: FunctionDefinition,
  environment: Environment,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const settings = environments[environment];
  return {
    ASTAKE_ENVIRONMENT: environment,
    CASPER_CHAIN_NAME: settings.chainName,
    POWERTOOLS_LOG_LEVEL: settings.logLevel,
    ...Object.fromEntries(passedOn.flatMap((name) => (given[name] ? [[name, given[name]]] : []))),
    ...(definition.usesChain && { CASPER_RPC_URLS: given.CASPER_RPC_URLS || placeholderEndpoint }),
  };
}
