import { type Config, InvalidConfig, readConfig } from '../lib/runtime/config.ts';
import { isEnvironmentName } from '../lib/runtime/names.ts';
import type { FunctionDefinition } from './manifest.ts';

/** `dev`, `staging`, `production`, or a name of the deployer's own. */
export type Environment = string;

export type ProfileName = 'dev' | 'staging' | 'production';

/** What an environment is like. */
export interface Settings {
  readonly profile: ProfileName;
  readonly chainName: string;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN';
  /** Of Lambda's own lines. INFO has the duration, the memory and the start of each invocation. */
  readonly systemLogLevel: 'INFO' | 'WARN';
  readonly logRetentionDays: 7 | 30 | 365;
  /** Nothing that holds data goes by accident: stacks and tables are protected from deletion, and tables stay when their stack is deleted. */
  readonly keepsData: boolean;
  /** What a table, or an index, gives at most in a second: a bill that runs away is throttled instead. */
  readonly tableUnits: { readonly read: number; readonly write: number };
  /** Stacks of defects name the lines of the sources. It makes a cold start a fifth dearer. */
  readonly sourceMaps: boolean;
  /** Each invocation is traced. */
  readonly traces: boolean;
  /** The URL of a node may have a credential. Else it is refused: it is seen in the template and in the functions' configuration. */
  readonly secretsInUrls: boolean;
  /** For so many days no principal can remove or change a signed head digest. */
  readonly headRetentionDays: number;
  /** `gradual`: a new version of what callers reach gets all invocations within ten minutes, and is taken back when an alarm stands. */
  readonly rollout: 'gradual' | 'at-once';
  /** `few`: only the alarms that page where an outage hurts no one outside. */
  readonly alarms: 'all' | 'few';
  /** What it may cost in a month, unless the deployer says something else. */
  readonly budgetDollars: number;
  /** Limit of the whole API. Above it the gateway answers 429. */
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
}

export const profiles: Record<ProfileName, Settings> = {
  dev: {
    profile: 'dev',
    chainName: 'casper-test',
    logLevel: 'DEBUG',
    systemLogLevel: 'INFO',
    logRetentionDays: 7,
    keepsData: false,
    tableUnits: { read: 2_000, write: 1_000 },
    sourceMaps: true,
    traces: true,
    secretsInUrls: true,
    headRetentionDays: 1,
    rollout: 'at-once',
    alarms: 'few',
    budgetDollars: 50,
    throttle: { requestsPerSecond: 50, burst: 100 },
  },
  staging: {
    profile: 'staging',
    chainName: 'casper-test',
    logLevel: 'INFO',
    systemLogLevel: 'INFO',
    logRetentionDays: 30,
    keepsData: true,
    tableUnits: { read: 12_000, write: 4_000 },
    sourceMaps: true,
    traces: true,
    secretsInUrls: true,
    headRetentionDays: 30,
    rollout: 'at-once',
    alarms: 'all',
    budgetDollars: 300,
    throttle: { requestsPerSecond: 200, burst: 400 },
  },
  production: {
    profile: 'production',
    chainName: 'casper',
    logLevel: 'INFO',
    // Lambda would bill and write three lines for each request.
    systemLogLevel: 'WARN',
    logRetentionDays: 365,
    keepsData: true,
    tableUnits: { read: 40_000, write: 20_000 },
    sourceMaps: false,
    // Lambda's own two segments say what its metrics say, for $0.25 per million requests.
    traces: false,
    secretsInUrls: false,
    headRetentionDays: 3_653,
    rollout: 'gradual',
    alarms: 'all',
    budgetDollars: 1_500,
    throttle: { requestsPerSecond: 1000, burst: 2000 },
  },
};

/** Those that are synthesised when none is chosen. */
export const environmentNames = Object.keys(profiles) as ProfileName[];

const isProfile = (name: string): name is ProfileName => Object.hasOwn(profiles, name);

/**
 * An environment with the name of a profile has this one; of another one the deployer says which it has, each time: one that was forgotten
 * would take the protection off what is there. Throws InvalidConfig.
 */
export function settingsOf(environment: Environment, asked?: string): Settings {
  if (!isEnvironmentName(environment) || environment === 'local')
    throw new InvalidConfig([
      `"${environment}" cannot be the name of a deployed environment: 1 to 20 lower-case letters and digits, and not local`,
    ]);
  const profile = asked ?? environment;
  if (!isProfile(profile))
    throw new InvalidConfig([
      asked === undefined
        ? `${environment} needs a profile: -c profile=<${environmentNames.join(', ')}>`
        : `unknown profile "${profile}"; known profiles: ${environmentNames.join(', ')}`,
    ]);
  // It would take the protection off what is there, and follow another chain.
  if (isProfile(environment) && profile !== environment)
    throw new InvalidConfig([`${environment} has the profile of its name, and not ${profile}`]);
  return profiles[profile];
}

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
  'ASTAKE_CALLS_PER_SECOND',
  'ASTAKE_ABSENT_CALLS_PER_MINUTE',
  'ASTAKE_LATE_LIMIT_SECONDS',
  'ASTAKE_STALE_LIMIT_SECONDS',
  'ASTAKE_STORE_MS',
  'ASTAKE_MAX_LAG_BLOCKS',
  'ASTAKE_MAX_TIP_AGE_SECONDS',
  'ASTAKE_READY_LAG_SECONDS',
  'ASTAKE_CONFLICT_OWNER',
  'ASTAKE_CONFLICT_HOURS',
  'ASTAKE_EXPLAIN_PERCENT',
  'ASTAKE_PROVE_PERCENT',
  'ASTAKE_ANCHOR',
  'ASTAKE_UNSIGNED',
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

/** Whether the readers are to run as a web function too. Throws InvalidConfig. */
export function isWebAsked({ ASTAKE_WEB: asked = '' }: DeployEnv): boolean {
  if (!['', 'on', 'off'].includes(asked.trim())) throw new InvalidConfig(['ASTAKE_WEB must be on or off']);
  return asked.trim() === 'on';
}

/**
 * The configuration as the functions will read it, by the same code: a value that would stop a function from starting
 * stops the synthesis. Throws InvalidConfig.
 */
export function configOf(environment: Environment, { secretsInUrls }: Settings, given: DeployEnv): Config {
  const config = readConfig({ ...given, ASTAKE_ENVIRONMENT: environment, ASTAKE_DEV_KEY: undefined });
  const open = secretsInUrls ? [] : config.upstreams.filter(({ url }) => hasCredential(new URL(url)));
  if (open.length === 0) return config;
  throw new InvalidConfig(
    open.map(
      ({ name }) =>
        `the URL of the node ${name} has a user name, a password or a query, which ${environment} would show in its template: use header.secretsManager in CASPER_UPSTREAMS`,
    ),
  );
}

const hasCredential = ({ username, password, search }: URL): boolean => `${username}${password}${search}` !== '';

/** A function's environment variables, named as for a local run. Only functions that call the chain get endpoints. */
export function variablesOf(
  definition: FunctionDefinition,
  environment: Environment,
  settings: Settings,
  given: DeployEnv,
): Record<string, string> {
  return withinLambda({
    ...(definition.usesChain && endpointVariables(environment, settings, given)),
    ASTAKE_ENVIRONMENT: environment,
    CASPER_CHAIN_NAME: settings.chainName,
    POWERTOOLS_LOG_LEVEL: settings.logLevel,
    ...(settings.sourceMaps && { NODE_OPTIONS: '--enable-source-maps' }),
    ...pick(forwardedVariables, given),
  });
}

/** Lambda takes 4 KB of variables, as JSON; the rest is for what the stacks add. */
const mostVariableBytes = 4_096 - 300;

/** CloudFormation would find it after it has changed half of the functions. Throws InvalidConfig. */
function withinLambda(variables: Record<string, string>): Record<string, string> {
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes <= mostVariableBytes) return variables;
  const [longest] = Object.entries(variables).toSorted(([, a], [, b]) => b.length - a.length);
  throw new InvalidConfig([
    `the variables of a function take ${bytes} bytes, and Lambda takes ${mostVariableBytes}; the longest is ${longest?.[0]}`,
  ]);
}

/** The configured list of nodes, and the variables that hold the values of the nodes' headers. */
function endpointVariables(environment: Environment, settings: Settings, given: DeployEnv): Record<string, string> {
  const { upstreams } = configOf(environment, settings, given);
  if (upstreams.length === 0) return { CASPER_RPC_URLS: placeholderEndpoint };
  const named = upstreams.flatMap(({ header }) => (header !== null && 'env' in header ? [header.env] : []));
  return pick(['CASPER_RPC_URLS', 'CASPER_UPSTREAMS', ...named], given);
}

const pick = (names: readonly string[], given: DeployEnv): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (given[name]?.trim() ? [[name, given[name]]] : [])));
