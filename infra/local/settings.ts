import { randomBytes } from 'node:crypto';
import { InvalidConfig, readConfig } from '../../lib/runtime/config.ts';
import { unknownVariables } from '../../lib/runtime/variables.ts';
import { defaultMaxRequests } from './gateway/work-limit.ts';
import type { StoreChoice } from './open-store.ts';

/** Settings of a local run, in addition to the service's own configuration. */
export interface LocalSettings {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  /** The key comes from ASTAKE_DEV_KEY; otherwise it is random. */
  readonly keyGiven: boolean;
  readonly dataDir: string | undefined;
  readonly store: StoreChoice;
  /** Requests at work at the same time; further ones are refused at once. */
  readonly maxRequests: number;
  readonly embeddedChain: boolean;
  /** Interval of sync; 0: sync runs on request only. */
  readonly syncSeconds: number;
  /** Interval of reconciliation; 0: reconciliation runs on request only. */
  readonly reconcileSeconds: number;
  /** Names of the configured nodes. */
  readonly nodes: readonly string[];
}

const secondsPerDay = 86_400;

/** Throws one InvalidConfig with all problems, in the service's variables and in these. */
export function localSettings(env: Readonly<Record<string, string | undefined>>): LocalSettings {
  const problems: string[] = [];
  const port = env.PORT?.trim() || '3000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) problems.push('PORT must be 0 to 65535');
  const key = env.ASTAKE_DEV_KEY?.trim();
  const seconds = (name: string, fallback: number): number => {
    const text = env[name]?.trim() || String(fallback);
    if (!/^\d{1,5}$/.test(text) || Number(text) > secondsPerDay) {
      problems.push(`${name} must be a whole number of seconds, at most ${secondsPerDay}; 0 means on request only`);
    }
    return Number(text);
  };
  const syncSeconds = seconds('ASTAKE_SYNC_SECONDS', 30);
  const reconcileSeconds = seconds('ASTAKE_RECONCILE_SECONDS', 3_600);
  const engine = env.AWS_ENDPOINT_URL_DYNAMODB?.trim();
  if (engine && !(URL.canParse(engine) && /^https?:$/.test(new URL(engine).protocol))) {
    problems.push('AWS_ENDPOINT_URL_DYNAMODB must be an http or https URL');
  }
  const dataDir = env.ASTAKE_DATA_DIR?.trim() || undefined;
  const store = env.ASTAKE_STORE?.trim() || undefined;
  const log = env.ASTAKE_LOG?.trim();
  if (log && log !== 'json' && log !== 'text') problems.push('ASTAKE_LOG must be json or text');
  const maxRequests = env.ASTAKE_MAX_REQUESTS?.trim() || String(defaultMaxRequests);
  if (!/^[1-9]\d{0,4}$/.test(maxRequests)) problems.push('ASTAKE_MAX_REQUESTS must be a whole number from 1 to 99999');
  problems.push(...unknownVariables(env));
  if (store !== undefined && store !== 'memory' && store !== 'engine') {
    problems.push('ASTAKE_STORE must be engine or memory');
  }
  if (store === 'memory' && (dataDir !== undefined || engine)) {
    const other = dataDir === undefined ? 'AWS_ENDPOINT_URL_DYNAMODB' : 'ASTAKE_DATA_DIR';
    problems.push(`ASTAKE_STORE=memory keeps no data: unset ${other}`);
  }
  if ((env.ASTAKE_ENVIRONMENT?.trim() || 'local') !== 'local')
    problems.push('ASTAKE_ENVIRONMENT must be local for a local run');
  let nodes: string[] = [];
  try {
    nodes = readConfig(env).upstreams.map(({ name }) => name);
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    problems.push(...error.problems);
  }
  if (problems.length > 0) throw new InvalidConfig([...new Set(problems)]);
  return {
    host: env.HOST?.trim() || '127.0.0.1',
    port: Number(port),
    key: key || randomBytes(24).toString('base64url'),
    keyGiven: Boolean(key),
    dataDir,
    store: store === 'memory' || store === 'engine' ? store : undefined,
    maxRequests: Number(maxRequests),
    embeddedChain: nodes.length === 0,
    syncSeconds,
    reconcileSeconds,
    nodes,
  };
}
