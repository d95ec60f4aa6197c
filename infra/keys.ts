import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isKeyId } from '../lib/domain/api-key.ts';
import { LookupError } from '../lib/domain/errors.ts';
import { formatError } from './format-error.ts';
import { type KeyAdmin, type KeyView, UsageError } from './key-admin.ts';
import { keysDirect } from './keys-direct.ts';
import { keysOverHttp, RefusedByService } from './keys-over-http.ts';

const help = `Makes, lists, replaces and revokes API keys.

  npm run --silent keys -- create --name <text> --role <role> [--role <role>]… [settings]
  npm run --silent keys -- list [--json]
  npm run --silent keys -- rotate <id> [--overlap-seconds <n>] [--expires-at <moment>]
  npm run --silent keys -- revoke <id>

A new key is written to standard output alone, once: nothing can show it again. Everything else goes to standard error.

Settings of a new key:
  --role <role>                    reader, writer, operator or auditor; may be repeated
  --collection <name>              only this collection: an alias or a package hash; may be repeated
  --application <name>             whose own data it reads and writes
  --requests-per-minute <n>        limits of this key alone: both or none
  --chain-reads-per-minute <n>
  --expires-at <moment>            ISO 8601 in UTC: 2027-01-31T00:00:00Z
  --note <text>

Where:
  --url <url>                      the service (http://127.0.0.1:3000, where none is given). The credential of an operator comes from
                                   ASTAKE_KEY, else from standard input: never from an argument, which other users can see
  --direct                         the tables of ASTAKE_ENVIRONMENT, with AWS credentials: for the first key of a deployment.
                                   Collections are package hashes then

  --json                           the whole answer as JSON on standard output
  --help

Exit status: 0, done; 1, refused; 2, not understood, or the service or the tables cannot be reached.
`;

const several = { type: 'string', multiple: true } as const;
const one = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  name: one,
  role: several,
  collection: several,
  application: one,
  'requests-per-minute': one,
  'chain-reads-per-minute': one,
  'expires-at': one,
  note: one,
  'overlap-seconds': one,
  url: one,
  direct: flag,
  json: flag,
  help: flag,
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values'];

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = error instanceof RefusedByService || isRefusal(error) ? 1 : 2;
  console.error(formatError('The keys were not changed or read:', [textOf(error)]));
}

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help || args.length === 0) {
    console.log(help);
    return 0;
  }
  const [command = '', id, ...more] = positionals;
  if (!['create', 'list', 'rotate', 'revoke'].includes(command))
    throw new UsageError(`"${command}" is no command: create, list, rotate or revoke (--help)`);
  const takesId = command === 'rotate' || command === 'revoke';
  if (takesId && id === undefined) throw new UsageError(`${command} needs the id of a key: list shows it`);
  // What stands there may be a whole key, which must not be sent in a URL or be written anywhere.
  if (takesId && !isKeyId(id ?? ''))
    throw new UsageError(
      'the id of a key is the part between its two underscores, 12 letters and digits: list shows it',
    );
  if (more.length > 0 || (!takesId && id !== undefined)) throw new UsageError('there is an argument too many');
  if (values.direct && values.url !== undefined) throw new UsageError('--direct and --url exclude each other');
  const admin = values.direct ? await keysDirect() : keysOverHttp(values.url ?? 'http://127.0.0.1:3000', credential());
  try {
    await carryOut(command, id ?? '', values, admin);
  } finally {
    admin.close();
  }
  return 0;
}

async function carryOut(command: string, id: string, values: Values, admin: KeyAdmin): Promise<void> {
  if (command === 'list') {
    const keys = await admin.list();
    if (values.json) console.log(JSON.stringify(keys));
    else console.log(tableOf(keys));
    return;
  }
  if (command === 'revoke') {
    const revoked = await admin.revoke(id);
    if (values.json) console.log(JSON.stringify(revoked));
    console.error(`The key ${revoked.id} is revoked. It is refused within a minute everywhere.`);
    return;
  }
  const made =
    command === 'create' ? await admin.create(requestOf(values)) : await admin.rotate(id, rotationOf(values));
  console.error(`The key ${made.id} (${made.name}) is made. It is shown this once:`);
  console.log(values.json ? JSON.stringify(made) : made.key);
}

function requestOf(values: Values): object {
  const limits = { requestsPerMinute: 'requests-per-minute', chainReadsPerMinute: 'chain-reads-per-minute' } as const;
  const given = Object.entries(limits).map(([name, option]) => [name, numberIn(values, option)] as const);
  return {
    name: values.name,
    roles: values.role,
    collections: values.collection,
    application: values.application,
    expiresAt: values['expires-at'],
    note: values.note,
    ...(given.some(([, value]) => value !== undefined) && { limits: Object.fromEntries(given) }),
  };
}

function rotationOf(values: Values): object {
  return { overlapSeconds: numberIn(values, 'overlap-seconds'), expiresAt: values['expires-at'] };
}

function numberIn(values: Values, option: 'requests-per-minute' | 'chain-reads-per-minute' | 'overlap-seconds') {
  const text = values[option];
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`--${option} must be a whole number`);
  return Number(text);
}

function credential(): string {
  const given = process.env.ASTAKE_KEY?.trim() || (process.stdin.isTTY ? '' : readFileSync(0, 'utf8').trim());
  if (given === '')
    throw new UsageError(
      'the credential of an operator is missing: set ASTAKE_KEY, or pipe it in (npm start prints that of a local run)',
    );
  if (!/^[\x21-\x7e]+$/.test(given)) throw new UsageError('the credential of an operator must be one line of text');
  return given;
}

/** A line each, in columns; the name is the last, since it may have spaces. */
function tableOf(keys: readonly KeyView[]): string {
  const rows = keys.map(({ id, status, roles = [], application, expiresAt, name = '(unreadable)' }) => [
    id,
    status,
    roles.join(','),
    application ?? '-',
    expiresAt ?? 'never',
    name,
  ]);
  const table = [['ID', 'STATUS', 'ROLES', 'APPLICATION', 'EXPIRES', 'NAME'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function isRefusal(error: unknown): boolean {
  return error instanceof LookupError && !error.retryable;
}

function textOf(error: unknown): string {
  if (error instanceof UsageError || error instanceof RefusedByService || error instanceof LookupError)
    return error.message;
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message} (--help)`;
  // The message of a system error contains paths of this machine.
  return `a defect in the program: ${code ?? `${name}: ${message}`}`;
}
