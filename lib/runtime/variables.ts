/** Every variable of the service and of its runners that has one of the two prefixes; docs/configuration.md describes them. */
const knownVariables: readonly string[] = [
  'ASTAKE_ACCOUNTS',
  'ASTAKE_ANCHOR',
  'ASTAKE_ATTEMPT_MS',
  'ASTAKE_BUDGET',
  'ASTAKE_COLLECTIONS',
  'ASTAKE_CONCURRENCY',
  'ASTAKE_CERTIFICATE_ARN',
  'ASTAKE_CONFLICT_HOURS',
  'ASTAKE_CONFLICT_OWNER',
  'ASTAKE_CORS_ORIGINS',
  'ASTAKE_DATA_DIR',
  'ASTAKE_DEADLINE_MS',
  'ASTAKE_DEV_KEY',
  'ASTAKE_DOMAIN',
  'ASTAKE_EDGE_CERTIFICATE_ARN',
  'ASTAKE_EDGE_DOMAIN',
  'ASTAKE_EDGE_KEY',
  'ASTAKE_EDGE_REQUESTS',
  'ASTAKE_ENVIRONMENT',
  'ASTAKE_EXPLAIN_PERCENT',
  'ASTAKE_FOUR_EYES',
  'ASTAKE_HEADS_BUCKET',
  'ASTAKE_HEADS_FOLDER',
  'ASTAKE_HEADS_KEY',
  'ASTAKE_HEDGE_MS',
  'ASTAKE_JWT_ISSUERS',
  'ASTAKE_KEY',
  'ASTAKE_PROFILE',
  'ASTAKE_PROVE_PERCENT',
  'ASTAKE_URL',
  'ASTAKE_LATE_LIMIT_SECONDS',
  'ASTAKE_LIMIT_ANONYMOUS',
  'ASTAKE_LIMIT_KEYS',
  'ASTAKE_LIMIT_WAITING',
  'ASTAKE_LIQUID_STAKING',
  'ASTAKE_LOG',
  'ASTAKE_MAX_LAG_BLOCKS',
  'ASTAKE_CALLS_PER_SECOND',
  'ASTAKE_ABSENT_CALLS_PER_MINUTE',
  'ASTAKE_MAX_REQUESTS',
  'ASTAKE_MAX_TIP_AGE_SECONDS',
  'ASTAKE_OPERATOR_AUTH',
  'ASTAKE_READS',
  'ASTAKE_READY_LAG_SECONDS',
  'ASTAKE_RECONCILE_CALLS',
  'ASTAKE_RECONCILE_MACHINE_ARN',
  'ASTAKE_RECONCILE_SECONDS',
  'ASTAKE_ROLLOUT',
  'ASTAKE_SAMPLE_PERCENT',
  // The seed of randomised tests.
  'ASTAKE_SEED',
  'ASTAKE_STALE_LIMIT_SECONDS',
  'ASTAKE_STORE',
  'ASTAKE_STORE_MS',
  'ASTAKE_SYNC_SECONDS',
  'ASTAKE_TABLES',
  'ASTAKE_UNSIGNED',
  'ASTAKE_WEB',
  'ASTAKE_WEBHOOK_ALLOW_PRIVATE',
  'ASTAKE_WEBHOOK_PAUSE_HOURS',
  'ASTAKE_WEBHOOK_PORTS',
  'CASPER_CHAIN_NAME',
  'CASPER_RPC_URLS',
  'CASPER_UPSTREAMS',
];

/**
 * A sentence for each variable with one of the prefixes that nothing reads: most often a known name, misspelt. A node's
 * secret header may be in a variable of any name.
 */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env)
    .filter((name) => /^(?:ASTAKE|CASPER)_/i.test(name) && !knownVariables.includes(name))
    .filter((name) => env.CASPER_UPSTREAMS?.includes(`"${name}"`) !== true)
    .sort()
    .map((name) => `${name} is no variable of this service; did you mean ${nearest(name)}?`);
}

/** The same in the other case, else one that begins with the name, where there is one. */
const nearest = (name: string): string =>
  knownVariables.find((known) => known === name.toUpperCase()) ??
  knownVariables.find((known) => known.startsWith(`${name.toUpperCase()}_`)) ??
  knownVariables.reduce((best, known) => (distance(name, known) < distance(name, best) ? known : best));

/** How many characters must be put in, taken out or replaced (Levenshtein), in whichever case. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...a.toUpperCase()].entries()) {
    const next = [at + 1];
    for (const [column, other] of [...b].entries()) {
      const [left = 0, above = 0, diagonal = 0] = [next[column], row[column + 1], row[column]];
      next.push(Math.min(left + 1, above + 1, diagonal + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
