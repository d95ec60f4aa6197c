import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { CliUsageError } from '../failure.ts';
import { flatten } from '../flatten.ts';
import { act, type Cli, type Run } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { detailsOf } from '../table.ts';

interface SubmitOptions {
  readonly wait?: boolean;
  readonly idempotencyKey?: string;
}

export function addSubmitCommand(program: Command, cli: Cli): void {
  const command = subcommand(
    program,
    'submit <file>',
    'Submits a signed transaction or deploy, as JSON of a file, or of standard input (-). Status 1 where it failed or expired.',
    'submit signed.json --wait',
  )
    .option('--wait', 'until it is in a block, or can be in none any more; 5 minutes, or --timeout')
    .option('--idempotency-key <key>', 'the same key sends the same transaction once');
  act<SubmitOptions>(command, cli, async (run) => {
    const { idempotencyKey, wait, timeout } = run.options;
    const body = await contentOf(run);
    const submission = await run.client.submitTransaction({ body }, { idempotencyKey });
    if (!wait) {
      await run.show(submission, () => detailsOf(flatten(submission), run.io.width));
      return 0;
    }
    run.io.warn(`submitted: ${submission.hash}`);
    const timeoutMs = timeout === undefined ? undefined : timeout * 1_000;
    const answer = await run.client.waitForTransaction(submission.hash, { timeoutMs, signal: run.io.signal });
    await run.show(answer, () => detailsOf(flatten(answer.data), run.io.width));
    return answer.data.status === 'processed' ? 0 : 1;
  });
}

/** As it is: numbers keep all their digits. */
async function contentOf({ io, operands: [file = ''] }: Run<SubmitOptions>): Promise<string> {
  const content = file === '-' ? await text(io.stdin) : await readFile(file, 'utf8').catch(unreadable);
  try {
    JSON.parse(content);
  } catch {
    throw new CliUsageError('what is to be submitted is not JSON');
  }
  return content;
}

function unreadable(error: NodeJS.ErrnoException): never {
  throw new CliUsageError(`the file cannot be read (${error.code})`);
}
