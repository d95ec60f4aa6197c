import { StoreUnavailable } from '../../lib/domain/errors.ts';
import type { Progress } from '../../lib/domain/progress.ts';
import { InvalidConfig } from '../../lib/runtime/config.ts';
import { formatError, invalidConfig } from '../format-error.ts';
import type { DevChain } from './dev-chain/dev-chain.ts';
import { resumeFrom, startEmbeddedChain } from './dev-chain/embedded-chain.ts';
import { recordedExamples } from './dev-chain/recorded-examples.ts';
import { ForeignStore } from './refuse-foreign-store.ts';
import { type LocalSettings, localSettings } from './settings.ts';
import { type Stack, startStack } from './stack.ts';

const firstHeight = 60;
const secondsPerBlock = 4;

try {
  await start();
} catch (error) {
  process.exitCode = 1;
  console.error(complaint(error));
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

/** A sentence a person can act on; only a defect of ours comes with its stack. */
function complaint(error: unknown): string {
  if (error instanceof InvalidConfig) return invalidConfig(error.problems);
  if (error instanceof ForeignStore) return formatError('The stored data cannot be used:', [error.message]);
  if (error instanceof StoreUnavailable) return formatError('The database engine cannot be used:', [error.message]);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return formatError('The port is taken:', ['set PORT to another one']);
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return formatError('It cannot start here:', [message]);
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
      ? `${nodes.join(', ')} (as ${process.env.CASPER_UPSTREAMS?.trim() ? 'CASPER_UPSTREAMS' : 'CASPER_RPC_URLS'} has it)`
      : `${chain.url} (embedded dev chain: a recorded Casper 2 chain, at block ${chain.height()} of ${chain.lastHeight}, a block every ${secondsPerBlock} s; faults: ${chain.controlUrl})`;
  const { account, owner, transaction } = recordedExamples['chain-a'];
  const paths = ['/v1/health', ...(chain === undefined ? [] : examplePaths(account, owner, transaction))];
  return [
    `Astake Lookup   ${stack.url}`,
    `  chain         ${node}`,
    `  store         ${stack.engine.endpoint} (${stack.engine.kind})`,
    `  data          ${stack.data} (${stack.keepsData ? 'kept; can be thrown away' : 'goes with this process'})`,
    `  sync          ${paceOf(syncSeconds)} (POST /v1/sync, with the operator key)`,
    `  reconcile     ${paceOf(reconcileSeconds)} (POST /v1/reconciliations, with the operator key)`,
    `  events        ${stack.eventsUrl} (what was put on the bus)`,
    `  operator key  ${keyGiven ? 'as given' : key}`,
    '',
    ...paths.map((path) => `  curl -s '${stack.url}${path}'`),
    '',
    'Ctrl-C ends everything.',
  ].join('\n');
}

function paceOf(seconds: number): string {
  return seconds > 0 ? `every ${seconds} s` : 'only when asked';
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
