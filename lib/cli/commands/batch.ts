import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { CliUsageError } from '../failure.ts';
import { flatten } from '../flatten.ts';
import { act, type Cli, type Run } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { clean, jsonText } from '../table.ts';
import { freshnessOf, freshnessOptions } from './read.ts';

type Ref = Schemas['BatchRequest']['refs'][number];
type Options = Parameters<typeof freshnessOf>[0] & { readonly kind?: string };

const mostRefs = 100;
const longestLine = 4_096;

export function addBatchCommand(program: Command, cli: Cli): void {
  const command = subcommand(
    program,
    'batch',
    'Many entities: a line of standard input for each, with kind and id ("asset villas 0", "account 01…"); the ids alone with --kind. Answers come in the same order, while the input goes on. Status 1 where an item was refused.',
    'batch --kind account --json < ids.txt',
  );
  freshnessOptions(command).option('--kind <kind>', 'the kind of every line');
  act<Options>(command, cli, async (run) => {
    let refused = 0;
    for await (const refs of chunksOf(run)) {
      const { results } = await run.client.lookup({ body: { refs } }, freshnessOf(run.options));
      for (const result of results) {
        if ('error' in result) refused += 1;
        await run.line(run.options.json ? jsonText(result) : lineOf(result));
      }
    }
    return refused > 0 ? 1 : 0;
  });
}

/** What has come so far, up to 100 at once: nothing waits for more input. */
async function* chunksOf({ io, options }: Run<Options>): AsyncGenerator<Ref[]> {
  let rest = '';
  const refsIn = function* (lines: readonly string[]): Generator<Ref[]> {
    const refs = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
    for (let at = 0; at < refs.length; at += mostRefs)
      yield refs.slice(at, at + mostRefs).map((line) => refOf(line, options.kind));
  };
  io.stdin.setEncoding('utf8');
  for await (const chunk of io.stdin) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw new CliUsageError('a line of the input is too long');
    yield* refsIn(lines);
  }
  yield* refsIn([rest]);
}

function refOf(line: string, kind: string | undefined): Ref {
  if (kind !== undefined) return { kind, id: idOf(kind, line) };
  const [first = '', id = ''] = /^(\S+)\s+(.+)$/s.exec(line)?.slice(1) ?? [];
  if (id === '') throw new CliUsageError(`the line "${line.slice(0, 80)}" must have a kind and an id`);
  return { kind: first, id: idOf(first, id) };
}

/** `villas 0` as `villas:0`; what has a colon already stays. */
const idOf = (kind: string, id: string): string =>
  kind === 'asset' && !/^\S+:/.test(id) ? id.replace(/\s+/, ':') : id;

function lineOf(result: Schemas['Batch']['results'][number]): string {
  const { kind, id } = result.ref;
  if ('error' in result) return clean(`${kind} ${id}  refused: ${result.error.code}: ${result.error.detail}`);
  const own = flatten(result.data).filter(([name, value]) => !['kind', 'id'].includes(name) && value !== null);
  const { source, block } = result.meta;
  return clean(
    `${kind} ${id}  ${own.map(([name, value]) => `${name}=${value}`).join(' ')}  (${source}, block ${block.height})`,
  );
}
