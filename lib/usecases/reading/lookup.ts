import type { Answer } from '../../domain/answer.ts';
import { countdown, deadlineIn, withTimeout } from '../../domain/deadline.ts';
import { type EntityDefinition, type EntityRef, refKey } from '../../domain/entity.ts';
import { ChainUnavailable, InvalidRequest, LookupError, StoreUnavailable } from '../../domain/errors.ts';
import { freshness, type ReadOptions } from '../../domain/freshness.ts';
import type { Service } from '../../domain/service.ts';
import type { SharedTip } from '../observing/tip.ts';
import { isRenewalDue } from '../saving/commit-record.ts';
import { bestEffort, flushTimeoutMs, storeDeadlineShare, storeFailed } from '../store-access.ts';
import { answerFrom, type Judged } from './answer-from.ts';
import { fromCache } from './from-cache.ts';
import { fromChain } from './from-chain.ts';
import { fromDatabase } from './from-database.ts';
import type { LookupContext } from './lookup-context.ts';
import { reportHotKeys } from './report-hot-keys.ts';
import { requestRefresh } from './request-refresh.ts';

/**
 * Cache if it is provably current, else the chain, else the database:
 *  1. an entry that is known to hold within what the caller asked for;
 *  2. the chain, at the newest block of a healthy node, saved before the answer leaves;
 *  3. only when no node can answer: the record, labelled and bounded.
 */
export async function lookup(
  ref: EntityRef,
  options: ReadOptions,
  service: Service,
  shared?: SharedTip,
): Promise<Answer> {
  const definition = definitionOf(ref, service);
  const deadline = deadlineIn(service.limits.deadlineMs * (definition.patience ?? 1), shared?.deadline);
  const storeTime = countdown(deadline.remaining() * (options.onlyIfCached ? 1 : storeDeadlineShare));
  const snapshot = service.snapshots.held() ?? (await bestEffort(service.snapshots.current(), storeTime, service));
  if (snapshot !== undefined) service.memory.enter(snapshot.progress.fork);
  const reading: LookupContext = {
    ref,
    key: refKey(ref),
    definition,
    options,
    snapshot,
    service,
    shared,
    deadline,
    storeTime,
  };

  const use = usability(reading);
  const cached = options.noCache ? undefined : await bestEffort(fromCache(reading, use), storeTime, service);
  const usable = cached === undefined ? 'expired' : use(cached);
  if (cached !== undefined && usable !== 'expired') {
    const ahead = usable === 'due' || isToBeRenewed(cached, service);
    if (ahead && !options.onlyIfCached) await withTimeout(requestRefresh(ref, service), deadline.remaining());
    if (service.traffic.hotKeysAreDue)
      await withTimeout(reportHotKeys(service), Math.min(flushTimeoutMs, deadline.remaining()));
    const stale = usable === 'stale-allowed';
    const labels = { source: 'cache', stale, cache: stale ? 'stale-hit' : 'hit' } as const;
    return served(answerFrom(reading.definition, cached, labels), reading);
  }
  const cache = options.noCache ? 'request' : cached === undefined ? 'miss' : 'stale';

  if (options.onlyIfCached) {
    if (snapshot === undefined) throw new StoreUnavailable('neither cache nor database can be asked');
    const kept = await fromDatabase(reading);
    if (kept === undefined) throw new LookupError('not_cached', 'neither cache nor database has it');
    return served({ ...kept, cache }, reading);
  }

  try {
    const answer = await fromChain(reading, use);
    return served(answer.cache === 'collapsed' ? answer : { ...answer, cache }, reading);
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    service.metrics.count('ChainUnavailable');
    const kept = await withTimeout(fromDatabase(reading), deadline.remaining()).catch((failure: unknown) => {
      if (failure instanceof LookupError && failure.code === 'too_old') throw failure;
      return storeFailed(failure, service);
    });
    if (kept === undefined) throw error;
    service.log.warn('answered from the database', { ref: reading.key, reason: error.message });
    return served({ ...kept, cache }, reading);
  } finally {
    // Nothing runs after the answer: what this process shares of the nodes is written before it leaves.
    await withTimeout(service.chain.flushed(), Math.min(flushTimeoutMs, deadline.remaining()));
  }
}

export function definitionOf(
  { kind }: Pick<EntityRef, 'kind'>,
  { definitions }: Pick<Service, 'definitions'>,
): EntityDefinition {
  const definition = definitions.get(kind);
  if (definition === undefined) throw new InvalidRequest([{ path: 'kind', message: 'is no kind that is served here' }]);
  return definition;
}

/** Nothing below a height that the caller named or that this process has served of the entity, whatever its age. */
function usability({ key, options, service }: LookupContext) {
  const floor = Math.max(options.minHeight ?? 0, service.memory.served(key));
  return ({ through, age, freshSeconds }: Judged) =>
    through.height >= floor ? freshness(age, freshSeconds, options) : 'expired';
}

/** What is read goes on being followed: its date is renewed by one reading a day, before it has passed. */
const isToBeRenewed = ({ entry: { trackedUntil } }: Judged, { clock }: Service): boolean =>
  trackedUntil !== null && isRenewalDue(trackedUntil, clock.now());

const sourceMetric = { cache: 'AnswerFromCache', chain: 'AnswerFromChain', database: 'AnswerFromDatabase' } as const;

function served(answer: Answer, { key, options, service: { memory, metrics, traffic } }: LookupContext): Answer {
  if (!answer.stale) memory.serve(key, answer.verifiedThrough.height);
  if (options.aheadOfNeed) return answer;
  traffic.answered(answer);
  // What no cache may serve need not be warm.
  if (!options.noCache) traffic.read(key);
  if (answer.data === null) metrics.count('AnswerAbsent');
  metrics.count(sourceMetric[answer.source]);
  return answer;
}
