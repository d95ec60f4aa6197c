import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BrokenLink } from '../lib/domain/audit-chain.ts';
import { refKey } from '../lib/domain/entity.ts';
import { StoreUnavailable } from '../lib/domain/errors.ts';
import { entityRoutes } from '../lib/entities/index.ts';
import { namePrefix } from '../lib/runtime/names.ts';
import { createDynamo } from '../lib/store/dynamodb/client.ts';
import { createStore } from '../lib/store/store.ts';
import { type VerifiedAudit, verifyAudit } from '../lib/usecases/audit/verify-audit.ts';
import { formatError } from './format-error.ts';
import { startEngine } from './local/engine/engine.ts';

/** Nothing was written before: the service is younger. */
const firstDay = '2026-01-01';
const dayMs = 86_400_000;
const requestTimeoutMs = 5_000;
const recorded = new Set(['basis', ...entityRoutes.map(({ kind }) => kind)]);

/** What it cannot be used with, in a sentence. */
class Unusable extends Error {}

// 0: whole; 1: broken; 2: it could not be told.
try {
  const found = await verify();
  console.log(summaryOf(found));
  process.exitCode = found.first === undefined ? 0 : 1;
} catch (error) {
  process.exitCode = 2;
  console.error(complaint(error));
}

async function verify(): Promise<VerifiedAudit> {
  const span = spanOf(process.argv.slice(2));
  const { endpoint, stop } = await engine();
  const dynamo = createDynamo({ endpoint, requestTimeoutMs });
  try {
    const store = createStore(dynamo, namePrefix(process.env.ASTAKE_ENVIRONMENT?.trim() || 'local'));
    return await verifyAudit({ ...span, recorded, onBroken: (link) => console.log(`broken: ${inWords(link)}`) }, store);
  } finally {
    dynamo.destroy();
    await stop();
  }
}

function spanOf(args: string[]): { readonly from: string; readonly until: string } {
  const { values } = parseArgs({ args, options: { from: { type: 'string' }, until: { type: 'string' } } });
  // Other processes' clocks may be ahead.
  const { from = firstDay, until = new Date(Date.now() + dayMs).toISOString() } = values;
  for (const text of [from, until]) {
    if (Number.isNaN(Date.parse(text))) throw new Unusable(`"${text}" is neither a date nor a moment`);
  }
  if (Date.parse(until) <= Date.parse(from)) throw new Unusable(`--until ${until} must be later than --from ${from}`);
  return { from, until };
}

/** The one that runs, or one of our own on the folder; on AWS the tables are where the credentials say. */
async function engine(): Promise<{ readonly endpoint: string | undefined; stop(): Promise<void> }> {
  const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB?.trim();
  const dataDir = process.env.ASTAKE_DATA_DIR?.trim();
  const isLocal = (process.env.ASTAKE_ENVIRONMENT?.trim() || 'local') === 'local';
  if (endpoint || !isLocal) return { endpoint, stop: async () => {} };
  if (!dataDir)
    throw new Unusable('ASTAKE_DATA_DIR, AWS_ENDPOINT_URL_DYNAMODB or ASTAKE_ENVIRONMENT must say where it is');
  if (!existsSync(dataDir)) throw new Unusable(`there is no folder ${dataDir}`);
  return startEngine({ dataDir });
}

function inWords({ ref, sequence, problem }: BrokenLink): string {
  return `${refKey(ref)}, entry ${sequence}: ${problem}`;
}

function summaryOf({ trails, entries, broken, first }: VerifiedAudit): string {
  const all = `${entries} entries in ${trails} trails`;
  return first === undefined ? `${all}: whole` : `${all}, ${broken} broken; the first broken link: ${inWords(first)}`;
}

function complaint(error: unknown): string {
  if (error instanceof Unusable || error instanceof StoreUnavailable) {
    return formatError('The audit trail cannot be verified:', [error.message]);
  }
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) return formatError('The audit trail cannot be verified:', [message]);
  // A system's error names paths of this machine.
  const said = code === undefined ? `${name}: ${message}` : code;
  return formatError('The audit trail cannot be verified, by a defect:', [said]);
}
