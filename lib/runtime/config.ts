import * as z from 'zod/mini';
import type { Reads } from '../domain/audience.ts';
import type { CallerLimits } from '../domain/principal.ts';
import type { UnsignedPolicy } from '../domain/trust.ts';
import type { ReceiverRules } from '../domain/webhook-url.ts';
import type { Collections } from '../entities/collections.ts';
import type { LiquidStaking } from '../entities/liquid-staking.ts';
import type { WaitingLimits } from '../usecases/limits/waiting.ts';
import { type Issuer, issuersSchema } from './access/issuers.ts';
import { type EndpointConfig, endpointsOfUrls, endpointsSchema } from './endpoints.ts';
import { checked } from './issues.ts';
import { isEnvironmentName, tablePrefix } from './names.ts';
import { isOrigin } from './origin.ts';

/** The settings of one process, from environment variables. docs/configuration.md describes each variable. */
export interface Config {
  /** `local`, or the name of a deployment. */
  readonly environment: string;
  /** The prefix of the names of the tables. */
  readonly tables: string;
  readonly upstreams: readonly EndpointConfig[];
  readonly network: string;
  readonly collections: Collections;
  readonly liquidStaking: LiquidStaking | undefined;
  readonly deadlineMs: number;
  readonly attemptMs: number;
  /** The time limit of one attempt of a request to the store. */
  readonly storeMs: number;
  /** The limit of this process for each node that has none of its own; null: no limit. */
  readonly callsPerSecond: number | null;
  /** After how many milliseconds without an answer a hedged request is sent, until a node's latencies are known; 0: never. */
  readonly hedgeMs: number;
  readonly staleLimitSeconds: number;
  /** How old a cached answer may be while sync is late; 0: no older than at other times. */
  readonly lateLimitSeconds: number;
  /** JSON-RPC requests in a minute for what turns out not to be on the chain; 0: no limit. */
  readonly absentCallsPerMinute: number;
  readonly maxLagBlocks: number;
  readonly maxTipAgeSeconds: number;
  /** The owner of each conflict that awaits a review. */
  readonly conflictOwner: string;
  /** The time for its review. */
  readonly conflictHours: number;
  /** Who opened a conflict, edited or decided before may not decide it. */
  readonly fourEyes: boolean;
  /** The highest lag behind the chain at which the service counts as ready. */
  readonly readyLagSeconds: number;
  /** JSON-RPC requests that one run of reconciliation may send. */
  readonly reconcileCalls: number;
  /** The percentage of answers from the chain that are also compared with the value in the database. */
  readonly samplePercent: number;
  /** The percentage of readings whose values are taken from what their Merkle proofs prove. */
  readonly provePercent: number;
  /** The switch block that trust begins with (rule PROOF-3); null: what most nodes agree on at first. */
  readonly anchor: { readonly height: number; readonly hash: string } | null;
  /** What happens to values of blocks that too few validators have signed (rule PROOF-4). */
  readonly unsigned: UnsignedPolicy;
  /** The percentage of requests, beyond those that failed or are stale, of which is kept why they were answered so. */
  readonly explainPercent: number;
  /** Origins whose pages may use the service in a browser; `*`: any. Empty: none. */
  readonly corsOrigins: readonly string[];
  /** Whether reading routes are open, or need the role reader. */
  readonly reads: Reads;
  /** What operators authenticate with on AWS. */
  readonly operatorAuth: 'keys' | 'iam';
  /** Of a caller without limits of its own. */
  readonly callerLimits: { readonly anonymous: CallerLimits; readonly keys: CallerLimits };
  /** Callers who may wait at the same time. */
  readonly waiting: WaitingLimits;
  /** Whose JSON Web Tokens are accepted. */
  readonly jwtIssuers: readonly Issuer[];
  /** Where webhooks may be sent, and after how many hours without success one is paused. */
  readonly webhooks: ReceiverRules & { readonly pauseHours: number };
  /** Shows that a request came through CloudFront, whose word for the caller's address is then taken; null: nothing is in front. */
  readonly edgeKey: string | null;
  /** The key of a local run, which has all roles; null: there is none. */
  readonly localKey: string | null;
}

/** Lists all problems of the configuration. */
export class InvalidConfig extends Error {
  override readonly name = 'InvalidConfig';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`invalid configuration: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

const packageHash = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'must be a package hash of 64 lower-case hex digits'));
const pointer = z.string().check(z.regex(/^(\/.*)?$/, 'must be a JSON pointer'));
const namedKey = z.string().check(z.minLength(1));

const collections = z.record(
  z
    .string()
    .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._~-]{0,62}$/, 'must be 1 to 63 letters, digits, ".", "_", "~" or "-"')),
  z.strictObject({
    package: packageHash,
    standard: z.optional(z.enum(['cep78', 'cep47', 'cep95'])),
    assetValue: z.optional(pointer),
    verified: z.optional(pointer),
  }),
);

const liquidStaking = z.strictObject({
  package: packageHash,
  balances: z._default(namedKey, 'balances'),
  itemKey: z._default(z.literal('base64-key'), 'base64-key'),
  decimals: z._default(z.int().check(z.minimum(0), z.maximum(36)), 9),
  rate: z.union([
    z.strictObject({ numerator: namedKey, denominator: namedKey }),
    z.strictObject({ value: namedKey, scale: z.int().check(z.minimum(0), z.maximum(36)) }),
  ]),
});

export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const given = (name: string): string | undefined => (env[name]?.trim() ? env[name]?.trim() : undefined);

  function whole(name: string, fallback: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
    const text = given(name);
    if (text === undefined) return fallback;
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    problems.push(`${name} must be a whole number ${bounds}`);
    return fallback;
  }

  /** `600,300`: requests and chain reads a minute; `600`: as many chain reads as requests. */
  function limits(name: string, fallback: string): CallerLimits {
    const text = given(name) ?? fallback;
    const [requests = 0, chainReads = requests] = text.split(',').map(Number);
    if (/^\d{1,7}(,\d{1,7})?$/.test(text) && Math.max(requests, chainReads) <= 1_000_000)
      return { requestsPerMinute: requests, chainReadsPerMinute: chainReads };
    problems.push(`${name} must be one or two whole numbers from 0 to 1000000, as in 600,300`);
    return noLimits;
  }

  /** `20,100`: of one caller and in all. */
  function waiting(fallback: string): WaitingLimits {
    const { requestsPerMinute, chainReadsPerMinute } = limits('ASTAKE_LIMIT_WAITING', fallback);
    return { perCaller: requestsPerMinute, inAll: chainReadsPerMinute };
  }

  function json<T>(name: string, schema: z.ZodMiniType<T>): T | undefined {
    const text = given(name);
    if (text === undefined) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      problems.push(`${name} must be JSON`);
      return undefined;
    }
    const got = checked(schema, value, '');
    if ('value' in got) return got.value;
    for (const { path, message } of got.errors) {
      problems.push(`${path === '' ? name : `${name}.${path}`}: ${message}`);
    }
    return undefined;
  }

  /** From a list of URLs, or from a JSON document with more settings for each node. */
  function nodes(): readonly EndpointConfig[] {
    const urls = given('CASPER_RPC_URLS');
    if (given('CASPER_UPSTREAMS') === undefined) {
      return endpointsOfUrls(urls ?? '', (problem) => problems.push(`CASPER_RPC_URLS: ${problem}`));
    }
    if (urls !== undefined) problems.push('CASPER_RPC_URLS and CASPER_UPSTREAMS must not both be set');
    return json('CASPER_UPSTREAMS', endpointsSchema(given)) ?? [];
  }

  function oneOf<const Name extends string>(name: string, names: readonly [Name, ...Name[]]): Name {
    const text = given(name) ?? names[0];
    const found = names.find((one) => one === text);
    if (found === undefined) problems.push(`${name} must be ${names.join(' or ')}`);
    return found ?? names[0];
  }

  function origins(): readonly string[] {
    const all = (given('ASTAKE_CORS_ORIGINS') ?? '').split(',').map((text) => text.trim());
    const named = [...new Set(all.filter((text) => text !== ''))];
    for (const text of named.filter((one) => !isOrigin(one)))
      problems.push(
        `ASTAKE_CORS_ORIGINS: "${text}" is no origin: scheme, host and, where it is not the usual one, port, as in https://app.example`,
      );
    if (named.includes('*') && named.length > 1)
      problems.push('ASTAKE_CORS_ORIGINS must be either "*" or a list of origins');
    return named;
  }

  /** CloudFormation puts the value in the place of a reference. */
  function edgeKey(): string | null {
    const key = given('ASTAKE_EDGE_KEY') ?? null;
    if (key !== null && !/^([\w~.-]{32,256}|\{\{resolve:[^{}]+\}\})$/.test(key))
      problems.push('ASTAKE_EDGE_KEY must be 32 to 256 letters, digits, ".", "_", "~" or "-"');
    return key;
  }

  function anchor(): Config['anchor'] {
    const text = given('ASTAKE_ANCHOR');
    const [, height = '', hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text ?? '') ?? [];
    if (text !== undefined && hash === '')
      problems.push('ASTAKE_ANCHOR must be the height and the hash of a switch block, as in 2500000:0123…cdef');
    return hash === '' ? null : { height: Number(height), hash };
  }

  function ports(): readonly number[] {
    const text = given('ASTAKE_WEBHOOK_PORTS') ?? '443';
    const numbers = text.split(',').map((port) => Number(port.trim()));
    if (numbers.every((port) => Number.isInteger(port) && port >= 1 && port <= 65_535)) return numbers;
    problems.push('ASTAKE_WEBHOOK_PORTS must be whole numbers from 1 to 65535, as in 443,8443');
    return [443];
  }

  const fourEyes = given('ASTAKE_FOUR_EYES') ?? 'off';
  if (fourEyes !== 'on' && fourEyes !== 'off') problems.push('ASTAKE_FOUR_EYES must be on or off');
  const environment = given('ASTAKE_ENVIRONMENT') ?? 'local';
  if (!isEnvironmentName(environment))
    problems.push('ASTAKE_ENVIRONMENT must be 1 to 20 lower-case letters and digits');
  if (given('ASTAKE_DEV_KEY') !== undefined && environment !== 'local') {
    problems.push('ASTAKE_DEV_KEY is for local runs only');
  }
  const tables = tablePrefix(environment, given('ASTAKE_TABLES'));
  if (tables.problem !== undefined && isEnvironmentName(environment)) problems.push(tables.problem);
  const network = given('CASPER_CHAIN_NAME') ?? 'casper';
  const upstreams = nodes();
  const deadlineMs = whole('ASTAKE_DEADLINE_MS', 3_000, 100, longestMs);
  const attemptMs = whole('ASTAKE_ATTEMPT_MS', 800, 10);
  const hedgeMs = whole('ASTAKE_HEDGE_MS', 200, 0, longestMs);
  if (attemptMs > deadlineMs) problems.push('ASTAKE_ATTEMPT_MS must not exceed ASTAKE_DEADLINE_MS');

  const config: Config = {
    environment,
    tables: tables.prefix,
    upstreams,
    network,
    collections: json('ASTAKE_COLLECTIONS', collections) ?? {},
    liquidStaking: json('ASTAKE_LIQUID_STAKING', liquidStaking as z.ZodMiniType<LiquidStaking>),
    deadlineMs,
    attemptMs,
    storeMs: whole('ASTAKE_STORE_MS', 500, 10),
    hedgeMs,
    callsPerSecond: whole('ASTAKE_CALLS_PER_SECOND', 200, 0) || null,
    absentCallsPerMinute: whole('ASTAKE_ABSENT_CALLS_PER_MINUTE', 3_000, 0),
    staleLimitSeconds: whole('ASTAKE_STALE_LIMIT_SECONDS', 86_400, 0),
    lateLimitSeconds: whole('ASTAKE_LATE_LIMIT_SECONDS', 600, 0),
    maxLagBlocks: whole('ASTAKE_MAX_LAG_BLOCKS', 5, 0),
    maxTipAgeSeconds: whole('ASTAKE_MAX_TIP_AGE_SECONDS', 120, 0),
    conflictOwner: given('ASTAKE_CONFLICT_OWNER') ?? 'operations',
    conflictHours: whole('ASTAKE_CONFLICT_HOURS', 72, 1, 8_760),
    fourEyes: fourEyes === 'on',
    readyLagSeconds: whole('ASTAKE_READY_LAG_SECONDS', 120, 1),
    reconcileCalls: whole('ASTAKE_RECONCILE_CALLS', 20_000, 1),
    samplePercent: whole('ASTAKE_SAMPLE_PERCENT', 2, 0, 100),
    provePercent: whole('ASTAKE_PROVE_PERCENT', 100, 0, 100),
    anchor: anchor(),
    unsigned: oneOf('ASTAKE_UNSIGNED', ['refuse', 'label']),
    explainPercent: whole('ASTAKE_EXPLAIN_PERCENT', environment === 'local' ? 100 : 1, 0, 100),
    corsOrigins: origins(),
    reads: oneOf('ASTAKE_READS', ['open', 'readers']),
    operatorAuth: oneOf('ASTAKE_OPERATOR_AUTH', ['keys', 'iam']),
    callerLimits: {
      anonymous: limits('ASTAKE_LIMIT_ANONYMOUS', environment === 'local' ? '0' : '600,300'),
      keys: limits('ASTAKE_LIMIT_KEYS', environment === 'local' ? '0' : '6000,3000'),
    },
    waiting: waiting(environment === 'local' ? '0' : '20,100'),
    jwtIssuers: json('ASTAKE_JWT_ISSUERS', issuersSchema(environment === 'local')) ?? [],
    webhooks: {
      ports: ports(),
      allowPrivate: oneOf('ASTAKE_WEBHOOK_ALLOW_PRIVATE', ['off', 'on']) === 'on',
      pauseHours: whole('ASTAKE_WEBHOOK_PAUSE_HOURS', 24, 1, 720),
    },
    edgeKey: edgeKey(),
    localKey: given('ASTAKE_DEV_KEY') ?? null,
  };
  if (problems.length > 0) throw new InvalidConfig(problems);
  return config;
}

/** A timer of 2^31 milliseconds or more ends at once. */
const longestMs = 3_600_000;
const noLimits: CallerLimits = { requestsPerMinute: 0, chainReadsPerMinute: 0 };
