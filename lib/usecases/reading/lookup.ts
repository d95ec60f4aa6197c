import type { Answer } from '../../domain/answer.ts';
import { countdown, deadlineIn, withTimeout } from '../../domain/deadline.ts';
import { type EntityDefinition, type EntityRef, refKey, unknownKind } from '../../domain/entity.ts';
import {
  ChainReadsSpent,
  ChainUnavailable,
  CollectionUnreadable,
  InvalidRequest,
  LookupError,
  StoreUnavailable,
} from '../../domain/errors.ts';
import type { Freshness, ReadOptions } from '../../domain/freshness.ts';
import type { Service } from '../../domain/service.ts';
import { note, reasonOf } from '../../domain/trace.ts';
import type { SharedTip } from '../observing/tip.ts';
import { isRenewalNeeded, renewTracking } from '../saving/renew.ts';
import { bestEffort, flushTimeoutMs, storeDeadlineShare, storeFailed } from '../store-access.ts';
import { answerFrom, type Judged, usabilityOf } from './answer-from.ts';
import { fromCache } from './from-cache.ts';
import { fromChain } from './from-chain.ts';
import { fromDatabase } from './from-database.ts';
import { noteAnswer, noteAsked, noteCached, notingFailure } from './hops.ts';
import { reportHotKeys } from './hot-keys.ts';
import type { LookupContext } from './lookup-context.ts';
import { readingSnapshot } from './reading-snapshot.ts';
import { requestRefreshOnce } from './request-refresh.ts';
import { withSubmitted } from './submitted.ts';

/**
 * One read, answered by the first of three steps that can:
 *  1. `fromCache`: an entry that is verified within the limits of the caller;
 *  2. `fromChain`: a reading at the newest block of a healthy node, saved before the answer leaves;
 *  3. `fromDatabase`: the record, labelled and limited in age; only where no node answers, or the caller has no chain read left.
 * `noCache` leaves out step 1, `onlyIfCached` step 2. What was submitted here and no node shows yet is no absence (`withSubmitted`).
 */
export async function lookup(
  ref: EntityRef,
  options: ReadOptions,
  service: Service,
  shared?: SharedTip,
): Promise<Answer> {
  return notingFailure(ref, async () => {
    const context = await contextOf(ref, options, service, shared);
    return withSubmitted(await answerOf(context), context);
  });
}

async function answerOf(context: LookupContext): Promise<Answer> {
  const { options, service, deadline, storeTime } = context;

  const use = (judged: Judged) => usabilityOf(judged, options, service);
  const cached = options.noCache ? undefined : await bestEffort(fromCache(context, use), storeTime, service);
  const usable = cached === undefined ? 'expired' : use(cached);
  if (cached !== undefined) noteCached(cached, usable);
  if (cached !== undefined && usable !== 'expired') return serveCached(cached, usable, context);
  const cache = options.noCache ? 'request' : cached === undefined ? 'miss' : 'stale';

  if (options.onlyIfCached) return served({ ...(await withoutChain(context)), cache }, context);

  try {
    const isKnownAbsent = cached?.entry.sequence === 0;
    const answer = await fromChain({ ...context, isKnownAbsent }, use);
    return served(answer.cache === 'collapsed' ? answer : { ...answer, cache }, context);
  } catch (error) {
    if (!(error instanceof ChainUnavailable || error instanceof ChainReadsSpent)) throw error;
    return served({ ...(await insteadOfChain(error, context)), cache }, context);
  } finally {
    // A process may stop once the answer has left: what it shares of the nodes' health is written first.
    await withTimeout(service.chain.flushed(), Math.min(flushTimeoutMs, deadline.remaining()));
  }
}

/** Throws InvalidRequest. */
export function definitionOf(
  { kind }: Pick<EntityRef, 'kind'>,
  { definitions }: Pick<Service, 'definitions'>,
): EntityDefinition {
  const definition = definitions.get(kind);
  if (definition === undefined) throw new InvalidRequest([{ path: 'kind', message: unknownKind(definitions) }]);
  return definition;
}

export async function contextOf(
  ref: EntityRef,
  options: ReadOptions,
  service: Service,
  shared: SharedTip | undefined,
): Promise<LookupContext> {
  const definition = definitionOf(ref, service);
  const deadline = deadlineIn(service.limits.deadlineMs * (definition.patience ?? 1), shared?.deadline);
  const storeTime = countdown(deadline.remaining() * (options.onlyIfCached ? 1 : storeDeadlineShare));
  const snapshot = await readingSnapshot(storeTime, service);
  if (snapshot !== undefined) service.memory.enter(snapshot.progress.fork);
  noteAsked(ref, options, snapshot);
  return {
    ref,
    key: refKey(ref),
    definition,
    options,
    snapshot,
    isKnownAbsent: false,
    service,
    shared,
    deadline,
    storeTime,
  };
}

async function serveCached(cached: Judged, usable: Freshness, context: LookupContext): Promise<Answer> {
  const { ref, definition, options, service, deadline, storeTime } = context;
  const patienceMs = Math.min(flushTimeoutMs, deadline.remaining());
  if (isRenewalNeeded(cached, service)) await bestEffort(renewTracking(cached, service), storeTime, service);
  if ((usable === 'due' || usable === 'late') && !options.onlyIfCached)
    await withTimeout(requestRefreshOnce(ref, cached.isSyncLate, service), patienceMs);
  if (service.traffic.hotKeysAreDue) await withTimeout(reportHotKeys(service), patienceMs);
  const stale = usable === 'stale-allowed' || usable === 'late';
  return served(
    answerFrom(definition, cached, { source: 'cache', stale, cache: stale ? 'stale-hit' : 'hit' }),
    context,
  );
}

/** Throws `not_cached` and StoreUnavailable. */
async function withoutChain(context: LookupContext): Promise<Answer> {
  if (context.snapshot === undefined) throw new StoreUnavailable('neither the cache nor the database is available');
  const stored = await fromDatabase(context);
  if (stored === undefined)
    throw new LookupError('not_cached', 'neither the cache nor the database has a usable answer');
  return stored;
}

/**
 * The database's answer where no node answers, or the caller has no chain read left (rule LIMIT-10); throws `error` where there is
 * none, and `too_old` where no node answers.
 */
async function insteadOfChain(error: ChainUnavailable | ChainReadsSpent, context: LookupContext): Promise<Answer> {
  const { key, service, deadline } = context;
  const isSpent = error instanceof ChainReadsSpent;
  service.metrics.count(isSpent ? 'ChainReadLimited' : 'ChainUnavailable');
  note({ step: 'chain', outcome: isSpent ? 'not asked' : 'no answer', ref: key, why: () => reasonOf(error) });
  const stored = await withTimeout(fromDatabase(context), deadline.remaining()).catch((failure: unknown) => {
    if (failure instanceof LookupError && failure.code === 'too_old') throw isSpent ? error : failure;
    return storeFailed(failure, service);
  });
  if (stored === undefined) throw error;
  if (!isSpent) service.log.warn('answered from the database', { ref: key, reason: error.message });
  const conflict = error instanceof CollectionUnreadable ? error.conflict : undefined;
  return { ...stored, conflict: conflict ?? stored.conflict };
}

const sourceMetric = { cache: 'AnswerFromCache', chain: 'AnswerFromChain', database: 'AnswerFromDatabase' } as const;

function served(answer: Answer, { key, options, service: { memory, metrics, traffic } }: LookupContext): Answer {
  if (!answer.stale) memory.serve(key, answer.verifiedThrough.height);
  if (options.aheadOfNeed) return answer;
  noteAnswer(key, answer);
  traffic.answered(answer);
  // A read that no cache may serve does not keep the key warm.
  if (!options.noCache) traffic.read(key);
  if (answer.data === null) metrics.count('AnswerAbsent');
  if (answer.stale) metrics.count('StaleAnswers');
  if (answer.cache === 'collapsed') metrics.count('Collapsed');
  metrics.count(sourceMetric[answer.source]);
  metrics.measure('AnswerAgeSeconds', answer.age);
  return answer;
}
