import { CommanderError } from 'commander';
import { CliUsageError, failureOf } from './failure.ts';
import type { CliIo } from './io.ts';
import { createProgram } from './program.ts';
import type { Cli } from './run.ts';

/** Runs one command line and gives the exit status. Throws nothing. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const cli: Cli = { io, exitCode: 0 };
  try {
    refuseKeys(args);
    await createProgram(cli).parseAsync([...args], { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (io.signal.aborted) return 130;
    const { exitCode, text } = failureOf(error, args.includes('--json') && !(error instanceof CommanderError));
    if (text !== undefined) io.warn(text);
    return Math.max(exitCode, cli.exitCode);
  }
}

/** Other users of the machine see what stands on a command line, and it must not be sent as an id. */
function refuseKeys(args: readonly string[]): void {
  if (args.some((one) => /astk_[0-9a-z]{12}_/.test(one)))
    throw new CliUsageError(
      'an argument has a whole API key in it, which other users of this machine can see: revoke it. The id of a key is the part between its two underscores; a key is given by ASTAKE_KEY, a profile or --key-file',
    );
}
