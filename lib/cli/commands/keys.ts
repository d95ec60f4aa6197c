import type { Command } from 'commander';
import type { Schemas } from '../../client/contract.ts';
import { CliUsageError } from '../failure.ts';
import { act, type Cli, collected, type Run, take, wholeNumber } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import type { TextColumn } from '../table.ts';

type Listed = Schemas['KeyList']['items'][number];

interface MakeOptions {
  readonly name?: string;
  readonly role?: readonly string[];
  readonly collection?: readonly string[];
  readonly application?: string;
  readonly requestsPerMinute?: number;
  readonly chainReadsPerMinute?: number;
  readonly expiresAt?: string;
  readonly note?: string;
}

interface RotateOptions {
  readonly overlapSeconds?: number;
  readonly expiresAt?: string;
}

export const keyColumns: readonly TextColumn<Partial<Schemas['Key']> & Listed>[] = [
  { title: 'ID', of: ({ id }) => id, isWhole: true },
  { title: 'STATUS', of: ({ status }) => status, isWhole: true },
  { title: 'ROLES', of: ({ roles = [] }) => roles.join(',') },
  { title: 'APPLICATION', of: ({ application }) => application },
  { title: 'EXPIRES', of: ({ expiresAt }) => expiresAt ?? 'never' },
  { title: 'NAME', of: ({ name = '(unreadable)' }) => name },
];

export function addKeyCommands(program: Command, cli: Cli): void {
  const keys = subcommand(
    program,
    'keys',
    'Makes, lists, replaces and revokes API keys. A new key is written to standard output alone, once: nothing can show it again.',
    'keys create --name "the shop" --role writer --application shop > shop.key',
  );
  const create = subcommand(keys, 'create', 'Makes a key.', 'keys create --name "Ada" --role operator > ada.key')
    .option('--name <text>', 'what it is for')
    .option('--role <role>', 'reader, writer, operator or auditor; may be repeated', collected)
    .option('--collection <name>', 'only this collection; may be repeated', collected)
    .option('--application <name>', 'whose own data it reads and writes')
    .option('--requests-per-minute <n>', 'a limit of this key alone; with the next one', wholeNumber)
    .option('--chain-reads-per-minute <n>', 'a limit of this key alone', wholeNumber)
    .option('--expires-at <moment>', 'ISO 8601 in UTC: 2027-01-31T00:00:00Z')
    .option('--note <text>', 'a note');
  act<MakeOptions>(create, cli, async (run) => {
    await showMade(await run.client.createKey({ body: bodyOf(run.options) }), run);
    return 0;
  });
  act(subcommand(keys, 'list', 'All keys, newest first.', 'keys list'), cli, async (run) => {
    const { items } = await take(run.client.items.listKeys(), Number.POSITIVE_INFINITY);
    await run.table(items, keyColumns, 'No key.');
    return 0;
  });
  const rotate = subcommand(
    keys,
    'rotate <id>',
    'Makes a key with the settings of this one, which ends after the overlap.',
    'keys rotate 4f0c1k9x2m7q > next.key',
  )
    .option('--overlap-seconds <n>', 'for how long the old key goes on: a day, where nothing is given', wholeNumber)
    .option('--expires-at <moment>', 'of the new key');
  act<RotateOptions>(rotate, cli, async (run) => {
    const { overlapSeconds, expiresAt } = run.options;
    await showMade(await run.client.rotateKey({ id: idOf(run), body: { overlapSeconds, expiresAt } }), run);
    return 0;
  });
  act(subcommand(keys, 'revoke <id>', 'Ends a key for good.', 'keys revoke 4f0c1k9x2m7q'), cli, async (run) => {
    const revoked = await run.client.revokeKey({ id: idOf(run) });
    if (run.options.json) await run.show(revoked, () => '');
    run.io.warn(`The key ${revoked.id} is revoked. It is refused within a minute everywhere.`);
    return 0;
  });
}

/** What stands there may be another secret, which must not be sent in a URL. */
function idOf({ operands: [id = ''] }: Pick<Run<object>, 'operands'>): string {
  if (!/^[0-9a-z]{12}$/.test(id))
    throw new CliUsageError(
      'the id of a key is the part between its two underscores, 12 letters and digits: keys list shows it',
    );
  return id;
}

async function showMade(made: Schemas['MadeKey'], run: Pick<Run<object>, 'io' | 'show'>): Promise<void> {
  run.io.warn(`The key ${made.id} (${made.name}) is made. It is shown this once:`);
  await run.show(made, () => made.key);
}

/** The service says what is missing or wrong. */
function bodyOf(options: MakeOptions): Schemas['KeyRequest'] {
  const { name, role, collection, application, requestsPerMinute, chainReadsPerMinute, expiresAt, note } = options;
  const isLimited = requestsPerMinute !== undefined || chainReadsPerMinute !== undefined;
  const limits = isLimited ? { requestsPerMinute, chainReadsPerMinute } : undefined;
  return { name, roles: role, collections: collection, application, limits, expiresAt, note } as Schemas['KeyRequest'];
}
