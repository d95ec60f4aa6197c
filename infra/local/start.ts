import { StoreUnavailable } from '../../lib/domain/errors.ts';
import type { Progress } from '../../lib/domain/progress.ts';
import { InvalidConfig } from '../../lib/runtime/config.ts';
import { buildPages, localPages } from '../build-pages.ts';
import { formatError, invalidConfig } from '../format-error.ts';
import { bannerOf } from './banner.ts';
import type { DevChain } from './dev-chain/dev-chain.ts';
import { resumeFrom, startEmbeddedChain } from './dev-chain/embedded-chain.ts';
import { embeddedRecording } from './dev-chain/recorded-examples.ts';
import { UnusableDataFolder } from './engine/data-folder.ts';
import { EngineNotFound } from './engine/find-program.ts';
import { EngineNotStarted } from './engine/launch.ts';
import { ForeignStore } from './refuse-foreign-store.ts';
import { localSettings } from './settings.ts';
import { type Stack, startStack } from './stack.ts';
import { runStartChecks } from './start-checks.ts';

/** Soon a token changes hands. */
const firstHeight = 45;
const secondsPerBlock = 4;
const onePressMs = 1_000;
/** The embedded chain is not that of earlier versions, and a chain with submitted transactions ends with its process. */
const otherFolder =
  'set ASTAKE_DATA_DIR to another folder, which begins anew; nothing in this one was changed, and it can be used again with its own chain';

interface LocalRun {
  readonly stack: Stack;
  readonly chain: DevChain | undefined;
}

const started = start();
endOnSignals(started);
await started.catch((error: unknown) => {
  process.exitCode = 1;
  console.error(errorText(error));
});

async function start(): Promise<LocalRun> {
  const settings = localSettings(process.env);
  process.env.ASTAKE_ENVIRONMENT = 'local';
  await buildPages(localPages);
  const chain = settings.embeddedChain
    ? await startEmbeddedChain({ recording: embeddedRecording, height: firstHeight, secondsPerBlock, onEnd: reportEnd })
    : undefined;
  const startChain = async (progress: Progress) => chain && resumeFrom(chain, progress);
  const stack = await startStack({ ...settings, startChain }).catch(async (error: unknown) => {
    await chain?.close();
    throw error;
  });
  const checks = await runStartChecks(stack.service());
  console.log(bannerOf({ stack, chain, settings, secondsPerBlock, checks }));
  return { stack, chain };
}

function reportEnd(height: number): void {
  console.log(
    `The recorded chain has reached its last block, ${height}: no new blocks come. Begin again with a new start, or set the height at the control URL.`,
  );
}

/** A text that the user can act on. Only a defect in the program is printed with its stack trace. */
function errorText(error: unknown): string {
  if (error instanceof InvalidConfig) return invalidConfig(error.problems);
  if (error instanceof ForeignStore)
    return formatError('The stored data cannot be used:', [error.message, otherFolder]);
  if (error instanceof UnusableDataFolder) return formatError('The data folder cannot be used:', [error.message]);
  if (error instanceof EngineNotFound)
    return formatError(
      'No database engine found. Unset ASTAKE_STORE and ASTAKE_DATA_DIR, or set up one of these:',
      error.choices,
    );
  if (error instanceof EngineNotStarted || error instanceof StoreUnavailable) {
    return formatError('The database engine cannot be used:', [error.message]);
  }
  const { code, message, port } = error as NodeJS.ErrnoException & { readonly port?: number };
  if (code === 'EADDRINUSE') return formatError('The port is in use:', [`set PORT to a free port instead of ${port}`]);
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return formatError('The service cannot start:', [message]);
  return error instanceof Error ? (error.stack ?? message) : String(error);
}

/**
 * Ends cleanly, also when a signal comes while the service is still starting. A second signal ends at once, but npm passes
 * Ctrl-C on to a process that the terminal has signalled already: both belong to one key press.
 */
function endOnSignals(starting: Promise<LocalRun>): void {
  let first: number | undefined;
  const onSignal = (): void => {
    if (first !== undefined && performance.now() - first > onePressMs) process.exit(1);
    if (first !== undefined) return;
    first = performance.now();
    console.log('Stopping.');
    // A start that fails has reported why, and leaves nothing behind.
    void end(starting).catch(() => {});
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
}

async function end(starting: Promise<LocalRun>): Promise<void> {
  const { stack, chain } = await starting;
  await stack.close();
  await chain?.close();
  process.exit(0);
}
