import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { addAuditCommands } from './commands/audit.ts';
import { addBatchCommand } from './commands/batch.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addConflictCommands } from './commands/conflicts.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addKeyCommands } from './commands/keys.ts';
import { addListCommands } from './commands/lists.ts';
import { addProfileCommands } from './commands/profile.ts';
import { addReadCommands } from './commands/read.ts';
import { addReconcileCommands } from './commands/reconcile.ts';
import { addStatusCommand } from './commands/status.ts';
import { addSubmitCommand } from './commands/submit.ts';
import { addSyncCommands } from './commands/sync.ts';
import { addWatchCommand } from './commands/watch.ts';
import { addWebhookCommands } from './commands/webhooks.ts';
import type { Cli } from './run.ts';
import { secondsNumber } from './run.ts';

const about = `
Credentials: ASTAKE_KEY, --key-file, or what the profile names; never an argument, which other users can see.
Exit status: 0, done (status: healthy); 1, refused, not found or not as it should be (status: degraded); 2, not understood, or no
usable answer (status: down or unreachable); 130, ended by Ctrl-C.`;

/** All commands. It throws for what it does not understand, after it has written why. */
export function createProgram(cli: Cli): Command {
  const { io } = cli;
  const program = new Command('astake-lookup')
    .description('Reads, follows and operates a deployment of Astake Lookup.')
    .version(manifest.version, '--version', 'the version of this program')
    .option('--url <url>', 'the deployment; also ASTAKE_URL (http://127.0.0.1:3000, where none is given)')
    .option('--profile <name>', 'a deployment that `profile set` has noted; also ASTAKE_PROFILE')
    .option('--key-file <file>', 'the file with the credential; - for standard input')
    .option('--timeout <seconds>', 'how long one call may take (30)', secondsNumber)
    .option('--json', 'exact JSON for programs, in place of text')
    .configureHelp({ showGlobalOptions: true, ...(io.width !== undefined && { helpWidth: io.width }) })
    .configureOutput({
      writeOut: (text) => void io.write(text),
      writeErr: (text) => io.warn(text.trimEnd()),
      outputError: (text, write) => write(`astake-lookup: ${text.trim()} (--help)`),
    })
    .exitOverride()
    .addHelpText('after', `${about}\n\nExample:\n  astake-lookup status`);
  const adding = [
    addStatusCommand,
    addReadCommands,
    addBatchCommand,
    addListCommands,
    addWatchCommand,
    addSubmitCommand,
    addConflictCommands,
    addSyncCommands,
    addReconcileCommands,
    addExplainCommand,
    addAuditCommands,
    addKeyCommands,
    addWebhookCommands,
    addProfileCommands,
    addCompletionCommand,
  ];
  for (const add of adding) add(program, cli);
  return program;
}
