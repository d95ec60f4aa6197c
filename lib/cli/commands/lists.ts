import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { act, type Cli, type Run, take, wholeNumber } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { jsonText, type TextColumn, tableOf } from '../table.ts';

interface ListOptions {
  readonly collection?: string;
  readonly limit: number;
  readonly all?: boolean;
}

type AssetRow = Schemas['AssetList']['items'][number];
type CollectionRow = Schemas['CollectionList']['items'][number];

const assetColumns: readonly TextColumn<AssetRow>[] = [
  { title: 'COLLECTION', of: ({ data }) => data.collection ?? data.packageHash },
  { title: 'TOKEN', of: ({ data }) => data.tokenId },
  { title: 'OWNER', of: ({ data }) => data.owner },
  { title: 'VALUE', of: ({ data }) => data.assetValue },
  { title: 'BLOCK', of: ({ meta }) => meta.block.height, isWhole: true },
];

const dataOf = (row: CollectionRow): Partial<Schemas['Collection']> =>
  'data' in row && row.data.kind === 'collection' ? row.data : {};

type WholeState = NonNullable<Schemas['Collection']['tokens']>['whole']['state'];

const tokensAre: Readonly<Record<WholeState, string>> = {
  whole: 'whole',
  enumerating: 'being read',
  'effects-only': 'known in part',
  broken: 'to be read again',
  none: 'not read yet',
};

const collectionColumns: readonly TextColumn<CollectionRow>[] = [
  { title: 'COLLECTION', of: (row) => dataOf(row).alias ?? row.ref.id },
  { title: 'STANDARD', of: (row) => dataOf(row).standard },
  { title: 'NAME', of: (row) => dataOf(row).name },
  { title: 'MINTED', of: (row) => dataOf(row).minted },
  { title: 'TRACKED', of: (row) => dataOf(row).tokens?.tracked },
  {
    title: 'TOKENS ARE',
    of: (row) => ('error' in row ? row.error.code : tokensAre[dataOf(row).tokens?.whole.state ?? 'none']),
  },
];

export function addListCommands(program: Command, cli: Cli): void {
  const owner = subcommand(
    program,
    'owner <owner>',
    'The assets of an owner: an account, a contract or a package.',
    'owner account-hash-… --collection villas',
  ).option('--collection <collection>', 'only assets of this collection');
  act<ListOptions>(listOptions(owner), cli, async (run) => {
    const [of = ''] = run.operands;
    await list(run.client.items.findAssets({ owner: of, collection: run.options.collection }), assetColumns, run);
    return 0;
  });
  const collections = subcommand(
    program,
    'collections [collection]',
    'The configured collections; with one, its assets.',
    'collections',
    'collections villas --all --json',
  );
  act<ListOptions>(listOptions(collections), cli, async (run) => {
    const [collection] = run.operands;
    if (collection === undefined) await list(run.client.items.listCollections(), collectionColumns, run);
    else await list(run.client.items.listCollectionAssets({ collection }), assetColumns, run);
    return 0;
  });
}

const listOptions = (command: Command): Command =>
  command.option('--limit <n>', 'so many items', wholeNumber, 100).option('--all', 'all items');

/** JSON lines come as they are read; a table when its last row is known. */
async function list<Row>(
  items: AsyncIterable<Row>,
  columns: readonly TextColumn<Row>[],
  { io, options, line }: Run<ListOptions>,
): Promise<void> {
  const limit = options.all ? Number.POSITIVE_INFINITY : options.limit;
  let isMore = false;
  if (options.json) {
    let count = 0;
    for await (const item of items) {
      isMore = count === limit;
      if (isMore) break;
      count += 1;
      await line(jsonText(item));
    }
  } else {
    const taken = await take(items, limit);
    isMore = taken.isMore;
    await line(taken.items.length === 0 ? 'None.' : tableOf(taken.items, columns, io.width));
  }
  if (isMore) io.warn(`There are more than ${limit}: --limit, or --all.`);
}
