import { createPublicKey, hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keyKind } from '../lib/domain/api-key.ts';
import type { BrokenLink } from '../lib/domain/audit-chain.ts';
import { dayMs } from '../lib/domain/days.ts';
import { refKey } from '../lib/domain/entity.ts';
import { StoreUnavailable } from '../lib/domain/errors.ts';
import { localKind } from '../lib/domain/local-data.ts';
import { webhookKind } from '../lib/domain/webhook.ts';
import { entityRoutes } from '../lib/entities/index.ts';
import { tablePrefix } from '../lib/runtime/names.ts';
import { headArchiveOf } from '../lib/runtime/with-heads.ts';
import { createDynamo } from '../lib/store/dynamodb/client.ts';
import { createStore } from '../lib/store/store.ts';
import { type ComparedHeads, compareWithHeads } from '../lib/usecases/audit/compare-with-heads.ts';
import { type VerifiedAudit, verifyAudit } from '../lib/usecases/audit/verify-audit.ts';
import { formatError } from './format-error.ts';
import { UnusableDataFolder } from './local/engine/data-folder.ts';
import { startEngine } from './local/engine/engine.ts';
import { EngineNotFound } from './local/engine/find-program.ts';
import { EngineNotStarted } from './local/engine/launch.ts';

/** The service did not exist before this day. */
const firstDay = '2026-01-01';
const requestTimeoutMs = 5_000;
/** Kinds whose trails are held against a row: records (rule ITEM-3), local data, keys and webhooks (rule HOOK-6). */
const recorded = new Set(['basis', localKind, keyKind, webhookKind, ...entityRoutes.map(({ kind }) => kind)]);

/** The program was called with options or variables that it cannot use. */
class UsageError extends Error {}

// Exit status: 0, the audit trail is intact; 1, it is broken; 2, it could not be verified.
try {
  const { trails, heads } = await verify();
  console.log(summaryOf(trails));
  console.log(headsSummaryOf(heads));
  process.exitCode = trails.first === undefined && heads?.first === undefined ? 0 : 1;
} catch (error) {
  process.exitCode = 2;
  console.error(errorText(error));
}

interface Verified {
  readonly trails: VerifiedAudit;
  /** undefined: it is not known where head digests are kept. */
  readonly heads: ComparedHeads | undefined;
}

async function verify(): Promise<Verified> {
  const span = spanOf(process.argv.slice(2));
  const environment = process.env.ASTAKE_ENVIRONMENT?.trim() || 'local';
  const { prefix, problem } = tablePrefix(environment, process.env.ASTAKE_TABLES);
  if (problem !== undefined) throw new UsageError(problem);
  const { endpoint, stop } = await engine();
  const dynamo = createDynamo({ endpoint, requestTimeoutMs });
  try {
    const store = createStore(dynamo, prefix);
    // Tables of an earlier form are refused: their entries would be overlooked.
    await store.progress.read();
    const onBroken = (link: BrokenLink) => console.log(`broken: ${formatLink(link)}`);
    const trails = await verifyAudit({ ...span, recorded, onBroken }, store);
    const archive = headArchiveOf({
      ...process.env,
      ...(dataDir() !== undefined && { ASTAKE_HEADS_FOLDER: join(dataDir() ?? '', 'heads') }),
    });
    const heads = archive && (await compareWithHeads({ ...span, onBroken }, { ...store, archive }));
    return { trails, heads };
  } finally {
    dynamo.destroy();
    await stop();
  }
}

function spanOf(args: string[]): { readonly from: string; readonly until: string } {
  const { values } = parseArgs({ args, options: { from: { type: 'string' }, until: { type: 'string' } } });
  // The clocks of other processes may be ahead.
  const { from = firstDay, until = new Date(Date.now() + dayMs).toISOString() } = values;
  for (const text of [from, until]) {
    if (Number.isNaN(Date.parse(text))) throw new UsageError(`"${text}" is not a date or a timestamp (ISO 8601)`);
  }
  if (Date.parse(until) <= Date.parse(from)) throw new UsageError(`--until ${until} must be later than --from ${from}`);
  return { from, until };
}

/** The engine at the given endpoint, or a new one on the data folder. On AWS the credentials decide where the tables are. */
async function engine(): Promise<{ readonly endpoint: string | undefined; stop(): Promise<void> }> {
  const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB?.trim();
  const folder = dataDir();
  const isLocal = (process.env.ASTAKE_ENVIRONMENT?.trim() || 'local') === 'local';
  if (endpoint || !isLocal) return { endpoint, stop: async () => {} };
  if (!folder)
    throw new UsageError(
      'the location of the data is unknown: set ASTAKE_DATA_DIR, AWS_ENDPOINT_URL_DYNAMODB or ASTAKE_ENVIRONMENT',
    );
  if (!existsSync(folder)) throw new UsageError(`the folder ${folder} does not exist`);
  return startEngine({ dataDir: folder });
}

function dataDir(): string | undefined {
  return process.env.ASTAKE_DATA_DIR?.trim() || undefined;
}

/** What is wrong with a signed day as a whole has no entry. */
function formatLink({ ref, sequence, problem }: BrokenLink): string {
  return sequence === 0 ? `${refKey(ref)}: ${problem}` : `${refKey(ref)}, entry ${sequence}: ${problem}`;
}

function headsSummaryOf(heads: ComparedHeads | undefined): string {
  if (heads === undefined) return 'not compared with head digests: set ASTAKE_HEADS_BUCKET or ASTAKE_HEADS_FOLDER';
  const { days, broken, first, through, publicKeys } = heads;
  const keys = publicKeys.map((key) =>
    hash('sha256', createPublicKey(key).export({ type: 'spki', format: 'der' }), 'hex'),
  );
  const signedWith = keys.length === 0 ? '' : `, signed with the key ${keys.join(' and the key ')}`;
  const until = through === undefined ? '' : `, through ${through}`;
  const all = `${days} ${days === 1 ? 'day' : 'days'} compared with head digests${until}${signedWith}`;
  return first === undefined ? `${all}: as signed` : `${all}: ${broken} not as signed; first: ${formatLink(first)}`;
}

function summaryOf({ trails, entries, broken, first }: VerifiedAudit): string {
  const all = `${entries} entries in ${trails} trails`;
  return first === undefined ? `${all}: intact` : `${all}, ${broken} broken; first broken link: ${formatLink(first)}`;
}

function errorText(error: unknown): string {
  if (
    error instanceof UsageError ||
    error instanceof StoreUnavailable ||
    error instanceof UnusableDataFolder ||
    error instanceof EngineNotFound ||
    error instanceof EngineNotStarted
  ) {
    return formatError('The audit trail cannot be verified:', [error.message]);
  }
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) return formatError('The audit trail cannot be verified:', [message]);
  // The message of a system error contains paths of this machine.
  return formatError('The audit trail cannot be verified because of a defect in the program:', [
    code ?? `${name}: ${message}`,
  ]);
}
