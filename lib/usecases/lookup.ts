import type { Answer } from '../domain/answer.ts';
import type { PinnedBlock } from '../domain/chain.ts';
import { ageSeconds, refuted, type Snapshot } from '../domain/claim.ts';
import { absentSeconds, type EntityDefinition, type EntityRef, refKey } from '../domain/entity.ts';
import { ChainUnavailable, LookupError } from '../domain/errors.ts';
import { type Freshness, freshness, type Wishes } from '../domain/freshness.ts';
import { noProgress } from '../domain/progress.ts';
import type { CacheEntry, EntityRecord } from '../domain/record.ts';
import type { Service } from '../domain/service.ts';
import { answerFrom, type Judged, judge } from './answer-from.ts';
import { type Refreshed, refresh } from './refresh.ts';
import { requestRefresh } from './request-refresh.ts';
import { entryOf } from './save.ts';
import { newestTip, type SharedTip } from './tip.ts';

/** Of a read's deadline, what is kept back for the database's answer when no node answers in time. */
const databaseShare = 0.2;

/**
 * Cache if it is provably current, else the chain, else the database:
 *  1. an entry that is known to hold within what the caller asked for;
 *  2. the chain, at the newest block of a healthy node, saved before the answer leaves;
 *  3. only when no node can answer: the record, labelled and bounded.
 */
export async function lookup(ref: EntityRef, wishes: Wishes, service: Service, shared?: SharedTip): Promise<Answer> {
  const definition = definitionOf(ref, service);
  const snapshot = await service.snapshots.current().catch((error: unknown) => storeFailed(error, service));

  const floor = Math.max(wishes.minHeight ?? 0, service.memory.served(refKey(ref)));
  const use = (judged: Judged) =>
    judged.through.height >= floor ? freshness(judged.age, judged.freshSeconds, wishes) : 'expired';
  const cached = wishes.noCache ? undefined : await fromCache(definition, ref, snapshot, use, service);
  const fresh = cached === undefined ? 'expired' : use(cached);
  if (cached !== undefined && fresh !== 'expired') {
    if (fresh === 'due') await requestRefresh(ref, service);
    const stale = fresh === 'stale-allowed';
    const labels = { source: 'cache', stale, cache: stale ? 'stale-hit' : 'hit' } as const;
    return served(answerFrom(definition, cached, labels), service);
  }
  const outcome = wishes.noCache ? 'request' : cached === undefined ? 'miss' : 'stale';

  if (wishes.onlyIfCached) {
    const kept = await fromDatabase(definition, ref, wishes, snapshot, service);
    if (kept === undefined) throw new LookupError('not_cached', 'neither cache nor database has it');
    return served({ ...kept, cache: outcome }, service);
  }

  try {
    return served(
      { ...(await fromChain(definition, ref, wishes, snapshot, service, shared)), cache: outcome },
      service,
    );
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    service.metrics.count('ChainUnavailable');
    const kept = await fromDatabase(definition, ref, wishes, snapshot, service).catch((failure: unknown) => {
      if (failure instanceof LookupError && failure.code === 'too_old') throw failure;
      return storeFailed(failure, service);
    });
    if (kept === undefined) throw error;
    service.log.warn('answered from the database', { ref: refKey(ref), reason: error.message });
    return served({ ...kept, cache: outcome }, service);
  }
}

export function definitionOf({ kind }: EntityRef, { definitions }: Pick<Service, 'definitions'>): EntityDefinition {
  const definition = definitions.get(kind);
  if (definition === undefined) throw new LookupError('invalid_request', `there is no kind "${kind}"`);
  return definition;
}

/** What this process remembers, if that will do, else what the table has; undefined: a miss. */
async function fromCache(
  definition: EntityDefinition,
  ref: EntityRef,
  snapshot: Snapshot | undefined,
  use: (judged: Judged) => Freshness,
  service: Service,
): Promise<Judged | undefined> {
  const key = refKey(ref);
  const remembered = service.memory.entry(key);
  if (remembered !== undefined && !(snapshot && refuted(remembered.entry, snapshot.progress))) {
    const judged = judge(definition, remembered.entry, remembered.snapshot, service);
    if (use(judged) === 'fresh') return judged;
  }
  if (snapshot === undefined) return undefined;
  try {
    // The snapshot was read before the entry is: no claim outruns what sync had done when it was stored.
    const entry = await service.cache.get(ref);
    if (entry === undefined || refuted(entry, snapshot.progress)) return undefined;
    if (entry.definition !== definition.definition) return undefined;
    const whole = await service.snapshots.withBases(snapshot, basisNames(entry));
    service.memory.remember(key, { entry, snapshot: whole });
    return judge(definition, entry, whole, service);
  } catch (error) {
    return storeFailed(error, service);
  }
}

const basisNames = ({ bases }: Pick<CacheEntry, 'bases'>): string[] => bases.map(({ name }) => name);

/** One observation per entity at a time in this process, at a block no lower than anything already served or stored. */
async function fromChain(
  definition: EntityDefinition,
  ref: EntityRef,
  wishes: Wishes,
  snapshot: Snapshot | undefined,
  service: Service,
  shared: SharedTip | undefined,
): Promise<Answer> {
  const key = refKey(ref);
  const read = () => readChain(definition, ref, wishes, snapshot, service, shared);
  const refreshed = await service.memory.flight(key, read);
  const low = refreshed.observation.block.height < Math.max(wishes.minHeight ?? 0, service.memory.served(key));
  const { observation, bases } = low ? await read() : refreshed;
  const joined = (name: string) => bases.find((basis) => basis.name === name)?.joined;
  const { value, block } = observation;
  const head = service.memory.head();
  const age = head === undefined ? 0 : ageSeconds(block, head, service.clock.now());
  const freshSeconds = value === null ? absentSeconds : definition.freshSeconds(value);
  return {
    ref,
    data: value === null ? null : definition.present(ref.id, value, joined),
    source: 'chain',
    stale: age > freshSeconds,
    block,
    verifiedThrough: block,
    age,
    freshSeconds,
    cache: 'miss',
  };
}

async function readChain(
  definition: EntityDefinition,
  ref: EntityRef,
  wishes: Wishes,
  snapshot: Snapshot | undefined,
  service: Service,
  shared: SharedTip | undefined,
): Promise<Refreshed> {
  const patience = definition.patience ?? 1;
  const signal = AbortSignal.timeout(service.limits.deadlineMs * patience * (1 - databaseShare));
  const before = snapshot && (await service.records.get(ref).catch((error: unknown) => storeFailed(error, service)));
  const progress = snapshot?.progress ?? noProgress;
  const floor = Math.max(
    service.memory.served(refKey(ref)),
    progress.cursor?.height ?? 0,
    trusted(before, progress)?.block.height ?? 0,
  );
  const tipAt = (height: number) =>
    newestTip({ atLeast: height, minHeight: wishes.minHeight, progress, signal }, service, shared);
  const block: PinnedBlock = await tipAt(floor);
  const cause = 'lookup';
  const refreshed = await refresh(definition, ref, { block, before, snapshot, cause, signal, tipAt }, service);
  const { saved } = refreshed;
  if (saved !== undefined && 'record' in saved && snapshot !== undefined) {
    service.memory.remember(refKey(ref), { entry: entryOf(saved.record), snapshot });
  }
  return refreshed;
}

/** A record of a branch that never was says nothing of how far the chain has come. */
const trusted = (record: EntityRecord | undefined, progress: Snapshot['progress']): EntityRecord | undefined =>
  record !== undefined && !refuted(record, { ...progress, invalidations: [] }) ? record : undefined;

/** The record, if it is young enough for the caller; an absence on record is no answer to "could not ask". */
async function fromDatabase(
  definition: EntityDefinition,
  ref: EntityRef,
  wishes: Wishes,
  snapshot: Snapshot | undefined,
  service: Service,
): Promise<Answer | undefined> {
  if (snapshot === undefined) return undefined;
  const record = trusted(await service.records.get(ref), snapshot.progress);
  if (record?.value == null || record.definition !== definition.definition) return undefined;
  const whole = await service.snapshots.withBases(snapshot, basisNames(record));
  const judged = judge(definition, entryOf(record), whole, service);
  if (judged.age > databaseLimit(judged.freshSeconds, wishes, service.limits)) return undefined;
  if (wishes.minHeight !== undefined && judged.through.height < wishes.minHeight) {
    throw new LookupError('too_old', `known through block ${judged.through.height} only`, { retryable: true });
  }
  return answerFrom(definition, judged, { source: 'database', stale: true, cache: 'miss' });
}

/** How old a database answer may be: as the caller says, else as configured. 0 seconds: none at all. */
function databaseLimit(freshSeconds: number, { onlyIfCached, ...wishes }: Wishes, limits: Service['limits']): number {
  if (wishes.staleIfError !== undefined) return wishes.staleIfError === 0 ? -1 : wishes.staleIfError;
  const named = wishes.maxAge !== undefined || wishes.maxStale !== undefined;
  if (onlyIfCached && named) return (wishes.maxAge ?? freshSeconds) + (wishes.maxStale ?? 0);
  return limits.staleLimitSeconds;
}

function served(answer: Answer, { memory, metrics }: Service): Answer {
  if (!answer.stale) memory.serve(refKey(answer.ref), answer.verifiedThrough.height);
  if (answer.data === null) metrics.count('AnswerAbsent');
  metrics.count(
    ({ cache: 'AnswerFromCache', chain: 'AnswerFromChain', database: 'AnswerFromDatabase' } as const)[answer.source],
  );
  return answer;
}

function storeFailed(error: unknown, { log, metrics }: Service): undefined {
  metrics.count('StoreFailed');
  log.warn('the store could not be used', { error: error instanceof Error ? error.message : String(error) });
  return undefined;
}
