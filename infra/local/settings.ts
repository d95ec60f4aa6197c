import { randomBytes } from 'node:crypto';
import { InvalidConfig, readConfig } from '../../lib/runtime/config.ts';

/** What a local run needs besides the service's own configuration. */
export interface LocalSettings {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  readonly keyGiven: boolean;
  readonly dataDir: string | undefined;
  readonly embeddedChain: boolean;
  /** How often the chain is followed by itself; 0: only when asked. */
  readonly syncSeconds: number;
  /** How often the store is proved by itself; 0: only when asked. */
  readonly reconcileSeconds: number;
  /** Names of the nodes that were given. */
  readonly nodes: readonly string[];
}

const aDay = 86_400;

/** Everything that is wrong, in the service's variables and in these, is thrown at once as InvalidConfig. */
export function localSettings(env: Readonly<Record<string, string | undefined>>): LocalSettings {
  const problems: string[] = [];
  const port = env.PORT?.trim() || '3000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) problems.push('PORT must be 0 to 65535');
  const key = env.ASTAKE_DEV_KEY?.trim();
  const seconds = (name: string, fallback: number): number => {
    const text = env[name]?.trim() || String(fallback);
    if (!/^\d{1,5}$/.test(text) || Number(text) > aDay) {
      problems.push(`${name} must be a whole number of seconds, at most ${aDay}, 0 for never`);
    }
    return Number(text);
  };
  const syncSeconds = seconds('ASTAKE_SYNC_SECONDS', 30);
  const reconcileSeconds = seconds('ASTAKE_RECONCILE_SECONDS', 3_600);
  const engine = env.AWS_ENDPOINT_URL_DYNAMODB?.trim();
  if (engine && !(URL.canParse(engine) && /^https?:$/.test(new URL(engine).protocol))) {
    problems.push('AWS_ENDPOINT_URL_DYNAMODB must be an http or https URL');
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
    dataDir: env.ASTAKE_DATA_DIR?.trim() || undefined,
    embeddedChain: nodes.length === 0,
    syncSeconds,
    reconcileSeconds,
    nodes,
  };
}
