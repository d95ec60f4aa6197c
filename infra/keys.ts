import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { keyColumns } from '../lib/cli/commands/keys.ts';
import { type CliIo, processIo } from '../lib/cli/io.ts';
import { runCli } from '../lib/cli/run-cli.ts';
import { tableOf } from '../lib/cli/table.ts';
import { isKeyId } from '../lib/domain/api-key.ts';
import { LookupError } from '../lib/domain/errors.ts';
import { formatError } from './format-error.ts';
import { type KeyAdmin, UsageError } from './key-admin.ts';
import { keysDirect } from './keys-direct.ts';

const help = `npm run --silent keys -- … is astake-lookup keys …, for a service that answers. With --direct it works on tables instead:

  npm run --silent keys -- create --direct --name <text> --role <role> [settings]
  npm run --silent keys -- list --direct, rotate <id> --direct, revoke <id> --direct

  --direct   the tables of ASTAKE_ENVIRONMENT (of ASTAKE_TABLES, where that is set), with AWS credentials: for the first key
             of a deployment. Collections are package hashes then

Without ASTAKE_KEY the credential of an operator is read from standard input: never from an argument, which other users can see.
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
  direct: flag,
  json: flag,
  help: flag,
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values'];

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = isRefusal(error) ? 1 : 2;
  console.error(formatError('The keys were not changed or read:', [textOf(error)]));
}

async function run(args: string[]): Promise<number> {
  if (args.length === 0 || args.includes('--help')) console.log(help);
  if (!args.includes('--direct')) return runCli(['keys', ...(args.length === 0 ? ['--help'] : args)], ioOf(args));
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [command = '', id, ...more] = positionals;
  if (!['create', 'list', 'rotate', 'revoke'].includes(command))
    throw new UsageError(`"${command}" is no command: create, list, rotate or revoke (--help)`);
  const takesId = command === 'rotate' || command === 'revoke';
  if (takesId && id === undefined) throw new UsageError(`${command} needs the id of a key: list shows it`);
  // What stands there may be a whole key, which must not be written anywhere.
  if (takesId && !isKeyId(id ?? ''))
    throw new UsageError(
      'the id of a key is the part between its two underscores, 12 letters and digits: list shows it',
    );
  if (more.length > 0 || (!takesId && id !== undefined)) throw new UsageError('there is an argument too many');
  const admin = await keysDirect();
  try {
    await carryOut(command, id ?? '', values, admin);
  } finally {
    admin.close();
  }
  return 0;
}

/** As of the command line, with the credential from standard input where the environment has none. */
function ioOf(args: readonly string[]): CliIo {
  const io = processIo();
  return args.length === 0 || args.includes('--help') ? io : { ...io, env: { ...io.env, ASTAKE_KEY: credential() } };
}

async function carryOut(command: string, id: string, values: Values, admin: KeyAdmin): Promise<void> {
  if (command === 'list') {
    const keys = await admin.list();
    if (values.json) console.log(JSON.stringify(keys));
    else
      console.log(
        tableOf(keys as unknown as Parameters<(typeof keyColumns)[number]['of']>[0][], keyColumns, undefined),
      );
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

function isRefusal(error: unknown): boolean {
  return error instanceof LookupError && !error.retryable;
}

/** With --direct: what to look at, by the name of AWS's error. */
function hintOf(message: string): string {
  if (message.includes('ResourceNotFoundException'))
    return ': there are no such tables. Look at ASTAKE_ENVIRONMENT, ASTAKE_TABLES, AWS_REGION, and at whose credentials these are';
  if (message.includes('AccessDeniedException'))
    return ': these credentials may not read and write the tables keys and audit';
  return '';
}

function textOf(error: unknown): string {
  if (error instanceof UsageError || error instanceof LookupError) return `${error.message}${hintOf(error.message)}`;
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message} (--help)`;
  // The message of a system error contains paths of this machine.
  return `a defect in the program: ${code ?? `${name}: ${message}`}`;
}
