import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { ClientError } from '../../client/errors.ts';
import { act, type Cli } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { clean, jsonText } from '../table.ts';

interface WatchOptions {
  readonly after?: string;
  readonly kinds?: string;
  readonly types?: string;
  readonly collection?: string;
  readonly account?: string;
  readonly untilHead?: boolean;
}

export function addWatchCommand(program: Command, cli: Cli): void {
  const command = subcommand(
    program,
    'watch',
    'All changes, a line each, from now on or from a cursor. Ctrl-C ends it and prints the cursor to go on from.',
    'watch --collection villas',
    'watch --after start --until-head --json',
  )
    .option('--after <cursor>', 'from this cursor; start: all that are kept')
    .option('--kinds <kinds>', 'only of these kinds, separated by commas')
    .option('--types <types>', 'only events of these types, separated by commas')
    .option('--collection <collection>', 'only of this collection')
    .option('--account <account>', 'only about this account or owner')
    .option('--until-head', 'ends where nothing more is there yet');
  act<WatchOptions>(command, cli, async (run) => {
    const { io, options } = run;
    const { after, kinds, types, collection, account, untilHead } = options;
    const onFailure = ({ message, code }: ClientError) =>
      io.warn(`goes on after a failure: ${code}: ${clean(message)}`);
    const feed = run.client.follow(
      { after, kinds, types, collection, account },
      { untilHead, onFailure, signal: io.signal },
    );
    const printCursor = (): void => {
      const cursor = feed.cursor ?? after;
      if (cursor !== undefined) io.warn(clean(`cursor ${cursor}; go on with: astake-lookup watch --after ${cursor}`));
    };
    try {
      for await (const event of feed) {
        await run.line(options.json ? jsonText(event) : lineOf(event));
        if (io.signal.aborted) break;
      }
    } catch (error) {
      printCursor();
      if (error instanceof ClientError && io.signal.aborted) return 130;
      throw error;
    }
    printCursor();
    return io.signal.aborted ? 130 : 0;
  });
}

function lineOf({ at, type, ref, block, cause, fields }: Schemas['ChangeEvent']): string {
  const parts = [
    at,
    type,
    ref === null ? undefined : `${ref.kind} ${ref.id}`,
    block === null ? undefined : `block ${block.height}`,
    cause === null ? undefined : `by ${cause}`,
    fields.length === 0 ? undefined : fields.join(','),
  ];
  return clean(parts.filter((part) => part !== undefined).join('  '));
}
