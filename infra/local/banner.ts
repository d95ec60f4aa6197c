import type { DevChain } from './dev-chain/dev-chain.ts';
import { embeddedRecording, recordedExamples } from './dev-chain/recorded-examples.ts';
import type { LocalSettings } from './settings.ts';
import type { Stack } from './stack.ts';
import type { StartCheckResult } from './start-checks.ts';

export interface Banner {
  readonly stack: Stack;
  /** The embedded dev chain; undefined with configured nodes. */
  readonly chain: DevChain | undefined;
  readonly secondsPerBlock: number;
  readonly settings: LocalSettings;
  readonly checks: readonly StartCheckResult[];
}

/** What `npm start` prints when it listens: where everything is, what is wrong, and what to try. */
export function bannerOf({ stack, chain, secondsPerBlock, settings, checks }: Banner): string {
  const { key, keyGiven, nodes, syncSeconds, reconcileSeconds } = settings;
  const node =
    chain === undefined
      ? `${nodes.join(', ')} (from ${process.env.CASPER_UPSTREAMS?.trim() ? 'CASPER_UPSTREAMS' : 'CASPER_RPC_URLS'})`
      : `${chain.url} (embedded dev chain ${chain.chainName}: a recorded Casper 2 chain, at block ${chain.height()} of ${chain.lastHeight}, one block every ${secondsPerBlock} s; set faults at ${chain.controlUrl})`;
  const { account, owner, transaction } = recordedExamples[embeddedRecording];
  const paths = ['/v1/ready', ...(chain === undefined ? [] : examplePaths(account, owner, transaction))];
  return [
    `Astake Lookup   ${stack.url}`,
    `  pages         ${stack.url}/ (what this is), ${stack.url}/docs (every route, to try), ${stack.url}/console (for operators)`,
    `  chain         ${node}`,
    ...storeLines(stack),
    `  sync          ${intervalText(syncSeconds)}; now: POST /v1/sync with the operator key`,
    `  reconcile     ${intervalText(reconcileSeconds)}; now: POST /v1/reconciliations with the operator key`,
    `  reports       ${stack.url}/v1/reconciliations/<id> opens in a browser: any name, the operator key as the password`,
    `  events        ${stack.eventsUrl} (domain events published to the bus)`,
    `  operator key  ${keyGiven ? 'from ASTAKE_DEV_KEY' : key}`,
    ...checks.flatMap(({ name, problems }) => problems.map((problem) => `  WARNING       ${name}: ${problem}`)),
    '',
    ...paths.map((path) => `  curl -s '${stack.url}${path}'`),
    `  ${keyCommand(stack.url, keyGiven ? '"$ASTAKE_DEV_KEY"' : key)}`,
    '',
    'Press Ctrl-C to stop.',
  ].join('\n');
}

/** How an app gets a key of its own, which may submit and keep local data. */
const keyCommand = (url: string, operatorKey: string): string =>
  `ASTAKE_KEY=${operatorKey} npm run --silent keys -- create --url ${url} --name 'my app' --role writer --application my-app`;

function storeLines({ engine, data, keepsData }: Stack): string[] {
  if (engine.endpoint === undefined) return [`  store         ${engine.kind}; nothing is kept after exit`];
  return [
    `  store         ${engine.endpoint} (${engine.kind})`,
    `  data          ${data} (${keepsData ? 'kept after exit; safe to delete' : 'removed at exit'})`,
  ];
}

function intervalText(seconds: number): string {
  return seconds > 0 ? `every ${seconds} s` : 'on request only';
}

function examplePaths(account: string, owner: string, transaction: string): string[] {
  return [
    '/v1/assets/villas/0',
    `/v1/accounts/${account}`,
    `/v1/accounts/${account}/staking`,
    `/v1/transactions/${transaction}`,
    `/v1/assets?owner=${owner}`,
    '/v1/assets/villas/0/history',
  ];
}
