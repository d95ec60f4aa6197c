import pLimit from 'p-limit';
import { watchedBy } from '../../domain/basis.ts';
import { abortIn } from '../../domain/deadline.ts';
import { parseRefKey, refKey } from '../../domain/entity.ts';
import { ChainUnavailable, messageOf } from '../../domain/errors.ts';
import type { OpenFinding, PageFound, Reconciliation, Remedy, RemedyOutcome } from '../../domain/reconciliation.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import type { CountedRecord } from '../../domain/tally.ts';
import { arbitrate } from '../conflicts/arbitrate.ts';
import { observeAnywhere } from '../observing/observe.ts';
import { putDisputedEntry } from '../saving/cache-entry.ts';
import { trackingFor, watchedUntil } from '../saving/tracking.ts';
import { completeChange } from './complete-change.ts';
import { withFieldChanges } from './put-right.ts';
import { type RemedyResult, resolveNow, saveByQuorum } from './save-by-quorum.ts';
import { checkStored } from './store-checks.ts';

const atOnce = 4;

/**
 * Carries out the remedies of a page, and moves `checkedAt` of the records that match the chain. Each remedy is idempotent: a
 * worker that takes the page up again repeats it safely. `since` (ISO 8601): when the page was examined.
 */
export async function carryOut(
  page: PageFound,
  since: string,
  run: Reconciliation,
  service: Service,
): Promise<CountedRecord[]> {
  if (run.dryRun) return page.found.map((found) => countedOf(found, () => 'would-fix', null));
  const limit = pLimit(atOnce);
  try {
    const counted = await limit.map(page.found, (found) => remedy(found, since, service));
    await service.records.markChecked(page.sound, new Date(service.clock.now()).toISOString());
    return await withFieldChanges(page.found, counted, service);
  } finally {
    limit.clearQueue();
  }
}

async function remedy(found: OpenFinding, since: string, service: Service): Promise<CountedRecord> {
  const outcomes = new Map<Remedy, RemedyOutcome>();
  let conflict: string | null = null;
  for (const name of found.remedies) {
    const result = await attempt(name, found, since, service);
    conflict = result.conflict ?? conflict;
    outcomes.set(name, result.outcome);
  }
  return countedOf(found, (name) => outcomes.get(name) ?? 'unfixed', conflict);
}

/** Each problem has an outcome of its own: the remedy of one problem mends no other one. */
function countedOf(
  { ref, finding, problems: open, height, through, checks }: OpenFinding,
  outcomeOf: (remedy: Remedy) => RemedyOutcome,
  conflict: string | null,
): CountedRecord {
  const problems = open.map(({ check, problem, remedies: names }) => ({
    check,
    problem,
    outcome: worst(names.length === 0 ? ['unfixed'] : names.map(outcomeOf)),
  }));
  const outcome = worst(problems.map((problem) => problem.outcome));
  const sample = { ref, finding, problems, outcome, height, through, conflict };
  return { kind: ref.kind, finding, checks, outcome, sample };
}

const worst = (outcomes: readonly RemedyOutcome[]): RemedyOutcome =>
  (['review', 'unfixed', 'asked', 'would-fix'] as const).find((outcome) => outcomes.includes(outcome)) ?? 'fixed';

/** `changed`: the record was changed after it was examined. */
const remedies: Record<Remedy, (found: OpenFinding, service: Service) => Promise<RemedyResult | 'changed'>> = {
  watch: restoreWatches,
  refresh,
  dispute: openDispute,
  bases: askForBasis,
  'look-up': lookUpReferences,
};

/** When the chain is unavailable, the record stays as it is. When the store is unavailable, the page fails and is repeated. */
async function attempt(name: Remedy, found: OpenFinding, since: string, service: Service): Promise<RemedyResult> {
  try {
    const result = await remedies[name](found, service);
    return result === 'changed' ? await completeChange(found, since, service) : result;
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    service.log.warn('a record was not fixed', { ref: refKey(found.ref), remedy: name, reason: messageOf(error) });
    return { outcome: 'unfixed' };
  }
}

/** Writes all watches of a record again. The record itself can claim nothing by them before it is read again. */
async function restoreWatches(
  { ref }: OpenFinding,
  { records, watches }: Pick<Service, 'records' | 'watches'>,
): Promise<RemedyResult> {
  const record = await records.get(ref);
  if (record === undefined) return { outcome: 'unfixed' };
  await watches.put(refKey(ref), record.readSet, watchedUntil(record.trackedUntil));
  return { outcome: 'fixed' };
}

/** Reads the record again at the newest block by quorum, and saves it. */
async function refresh({ ref, sequence }: OpenFinding, service: Service): Promise<RemedyResult | 'changed'> {
  const record = await service.records.get(ref);
  if (record?.conflict?.state === 'open') return resolveOpen(record, record.conflict.id, service);
  if (record !== undefined && record.sequence !== sequence) return 'changed';
  return saveByQuorum(ref, record, service);
}

/** The chain contradicts the record at the record's own block: opens a conflict, and resolves it if possible. */
async function openDispute({ ref, sequence }: OpenFinding, service: Service): Promise<RemedyResult | 'changed'> {
  const definition = service.definitions.get(ref.kind);
  const record = await service.records.get(ref);
  if (definition === undefined || record === undefined) return { outcome: 'unfixed' };
  if (record.conflict?.state === 'open') return resolveOpen(record, record.conflict.id, service);
  if (record.sequence !== sequence) return 'changed';
  const { progress } = await service.snapshots.renewed();
  const signal = abortIn(service.limits.deadlineMs * (definition.patience ?? 1) * 2);
  const block = await service.chain.blockOf(record.block.hash, signal);
  const observed = await observeAnywhere({ definition, ref, block, before: record, signal }, service);
  const arbitration = { definition, observed, block, read: record, cause: 'reconciliation', progress, signal } as const;
  const { conflict } = await arbitrate(arbitration, service);
  return conflict === undefined ? { outcome: 'unfixed' } : resolveNow(conflict, service);
}

/** The process that opened the conflict may have died before it marked the cache entry, so the entry is put again. */
async function resolveOpen(record: EntityRecord, id: string, service: Service): Promise<RemedyResult> {
  await putDisputedEntry(record, service);
  return resolveNow(id, service);
}

/**
 * Only sync moves shared state (rule BASIS-2): writes the watches of the basis again, and asks sync to read it in the next
 * batch. Only the next run can find out whether the basis is right then.
 */
async function askForBasis(
  { ref }: OpenFinding,
  { records, watches, progress, clock }: Pick<Service, 'records' | 'watches' | 'progress' | 'clock'>,
): Promise<RemedyResult> {
  const record = await records.get(ref);
  if (record === undefined) return { outcome: 'unfixed' };
  const { trackedUntil } = trackingFor(record.readSet, undefined, clock.now());
  await watches.put(refKey(ref), watchedBy(record), watchedUntil(trackedUntil));
  await progress.askForBases();
  return { outcome: 'asked' };
}

/** Reads the entities that a record refers to and that have no record. An entity that is not on the chain stays unfixed. */
async function lookUpReferences({ ref }: OpenFinding, service: Service): Promise<RemedyResult> {
  const record = await service.records.get(ref);
  if (record === undefined) return { outcome: 'unfixed' };
  const [stored] = await checkStored([record], service);
  let outcome: RemedyResult['outcome'] = 'fixed';
  for (const key of new Set((stored?.dangling ?? []).map(refKey))) {
    const result = await saveByQuorum(parseRefKey(key), undefined, service);
    if (result.outcome !== 'fixed') outcome = 'unfixed';
  }
  return { outcome };
}
