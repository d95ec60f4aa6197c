import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import type { FreshnessOptions } from '../../client/freshness.ts';
import { CliUsageError } from '../failure.ts';
import { flatten } from '../flatten.ts';
import { act, type Cli, type Run, wholeNumber } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { clean, detailsOf } from '../table.ts';

interface ReadOptions {
  readonly at?: number;
  readonly maxAge?: number;
  readonly cache?: boolean;
  readonly minHeight?: number;
}

interface AnyAnswer {
  readonly data: unknown;
  readonly meta: Schemas['Meta'];
}

type CallOptions = FreshnessOptions & { readonly at?: number | undefined; readonly minHeight?: number | undefined };

type Reader = (ids: readonly string[], options: CallOptions, run: Run<ReadOptions>) => Promise<AnyAnswer>;

/** How many ids each kind has, and who reads it. */
const readers: Readonly<Record<string, { readonly ids: readonly string[]; readonly read: Reader }>> = {
  asset: {
    ids: ['collection', 'token'],
    read: ([collection = '', tokenId = ''], options, { client }) => client.getAsset({ collection, tokenId }, options),
  },
  account: { ids: ['account'], read: ([id = ''], options, { client }) => client.getAccount({ id }, options) },
  staking: { ids: ['account'], read: ([id = ''], options, { client }) => client.getStaking({ id }, options) },
  transaction: { ids: ['hash'], read: ([hash = ''], options, { client }) => client.getTransaction({ hash }, options) },
  collection: {
    ids: ['collection'],
    read: ([collection = ''], options, { client }) => client.getCollection({ collection }, options),
  },
};

export const readableKinds = Object.keys(readers);

export function addReadCommands(program: Command, cli: Cli): void {
  const command = subcommand(
    program,
    'get <kind> <id...>',
    `One entity. Kinds: ${readableKinds.join(', ')}; an asset has two ids, its collection and its token.`,
    'get asset villas 0',
    'get account account-hash-… --at 120 --json',
  );
  freshnessOptions(command).option('--at <height>', 'as it was at this block', wholeNumber);
  act<ReadOptions>(command, cli, async (run) => {
    const [kind = '', ...ids] = run.operands;
    const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
    if (reader === undefined)
      throw new CliUsageError(`"${kind}" is an unknown kind; known kinds: ${readableKinds.join(', ')}`);
    if (ids.length !== reader.ids.length)
      throw new CliUsageError(`get ${kind} takes ${reader.ids.map((one) => `<${one}>`).join(' ')}`);
    const answer = await reader.read(ids, { ...freshnessOf(run.options), at: run.options.at }, run);
    await run.show(answer, () => textOf(answer, run));
    return 0;
  });
}

export const freshnessOptions = (command: Command): Command =>
  command
    .option('--max-age <seconds>', 'a cached answer only if it is known to hold within so many seconds', wholeNumber)
    .option('--no-cache', 'from the chain, not from the cache')
    .option('--min-height <height>', 'not older than this block', wholeNumber);

export const freshnessOf = ({ maxAge, cache, minHeight }: ReadOptions): CallOptions => ({
  ...(maxAge !== undefined && { maxAge }),
  ...(cache === false && { forceRefresh: true }),
  ...(minHeight !== undefined && { minHeight }),
});

/** A service of an earlier version says nothing of it. */
const provedText = (proof: AnyAnswer['meta']['proof'] | undefined): string =>
  proof === undefined ? '' : `, ${proofs[proof.level]}`;

const proofs = { signed: 'proved and signed', state: 'proved, not signed', none: 'not proved' } as const;

function textOf({ data, meta }: AnyAnswer, { io }: Run<ReadOptions>): string {
  const { source, stale, block, verifiedThrough, age, conflict, proof } = meta;
  const notes = [stale ? 'stale' : undefined, conflict === undefined ? undefined : `in dispute: ${conflict}`];
  const rest = notes.flatMap((note) => (note === undefined ? [] : [`, ${note}`])).join('');
  const from = `from ${source}, block ${block.height}, known to hold through block ${verifiedThrough.height}, ${age} s old${provedText(proof)}${rest}`;
  return `${detailsOf(flatten(data), io.width)}\n\n${clean(from)}`;
}
