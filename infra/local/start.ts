import { StoreUnavailable } from '../../lib/domain/errors.ts';
import type { Progress } from '../../lib/domain/progress.ts';
import { InvalidConfig } from '../../lib/runtime/config.ts';
import { formatError, invalidConfig } from '../format-error.ts';
import type { DevChain } from './dev-chain/dev-chain.ts';
import { resumeFrom, startEmbeddedChain } from './dev-chain/embedded-chain.ts';
import { recordedExamples } from './dev-chain/recorded-examples.ts';
import { EngineNotFound } from './engine/find-program.ts';
import { EngineNotStarted } from './engine/launch.ts';
import { ForeignStore } from './refuse-foreign-store.ts';
import { type LocalSettings, localSettings } from './settings.ts';
import { type Stack, startStack } from './stack.ts';

const firstHeight = 60;
const secondsPerBlock = 4;

try {
  await start();
} catch (error) {
  process.exitCode = 1;
  console.error(errorText(error));
}

async function start(): Promise<void> {
  const settings = localSettings(process.env);
  process.env.ASTAKE_ENVIRONMENT = 'local';
  const chain = settings.embeddedChain ? await startEmbeddedChain({ height: firstHeight, secondsPerBlock }) : undefined;
  const startChain = async (progress: Progress) => chain && resumeFrom(chain, progress);
  const stack = await startStack({ ...settings, startChain }).catch(async (error: unknown) => {
    await chain?.close();
    throw error;
  });
  endWith(stack, chain);
  console.log(banner(stack, chain, settings));
}

/** A text that the user can act on. Only a defect in the program is printed with its stack trace. */
function errorText(error: unknown): string {
  if (error instanceof InvalidConfig) return invalidConfig(error.problems);
  if (error instanceof ForeignStore) return formatError('The stored data cannot be used:', [error.message]);
  if (error instanceof EngineNotFound)
    return formatError('No database engine found. Set up one of these:', error.choices);
  if (error instanceof EngineNotStarted || error instanceof StoreUnavailable) {
    return formatError('The database engine cannot be used:', [error.message]);
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return formatError('The port is in use:', ['set PORT to a free port']);
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return formatError('The service cannot start:', [message]);
  return error instanceof Error ? (error.stack ?? message) : String(error);
}

function endWith(stack: Stack, chain: DevChain | undefined): void {
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await stack.close();
    await chain?.close();
    process.exit(0);
  };
  process.once('SIGINT', () => void end());
  process.once('SIGTERM', () => void end());
}

function banner(
  stack: Stack,
  chain: DevChain | undefined,
  { key, keyGiven, nodes, syncSeconds, reconcileSeconds }: LocalSettings,
): string {
  const node =
    chain === undefined
      ? `${nodes.join(', ')} (from ${process.env.CASPER_UPSTREAMS?.trim() ? 'CASPER_UPSTREAMS' : 'CASPER_RPC_URLS'})`
      : `${chain.url} (embedded dev chain: a recorded Casper 2 chain, at block ${chain.height()} of ${chain.lastHeight}, one block every ${secondsPerBlock} s; set faults at ${chain.controlUrl})`;
  const { account, owner, transaction } = recordedExamples['chain-a'];
  const paths = ['/v1/health', ...(chain === undefined ? [] : examplePaths(account, owner, transaction))];
  return [
    `Astake Lookup   ${stack.url}`,
    `  chain         ${node}`,
    ...storeLines(stack),
    `  sync          ${intervalText(syncSeconds)}; now: POST /v1/sync with the operator key`,
    `  reconcile     ${intervalText(reconcileSeconds)}; now: POST /v1/reconciliations with the operator key`,
    `  events        ${stack.eventsUrl} (domain events published to the bus)`,
    `  operator key  ${keyGiven ? 'from ASTAKE_DEV_KEY' : key}`,
    '',
    ...paths.map((path) => `  curl -s '${stack.url}${path}'`),
    '',
    'Press Ctrl-C to stop.',
  ].join('\n');
}

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
