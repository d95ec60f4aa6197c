import type { Answer } from '../domain/answer.ts';
import { countdown, deadlineIn, within } from '../domain/deadline.ts';
import { type EntityDefinition, type EntityRef, refKey } from '../domain/entity.ts';
import { ChainUnavailable, InvalidRequest, LookupError, StoreUnavailable } from '../domain/errors.ts';
import { freshness, type Wishes } from '../domain/freshness.ts';
import type { Service } from '../domain/service.ts';
import { answerFrom, type Judged } from './answer-from.ts';
import { isRenewalDue } from './door.ts';
import { fromCache } from './from-cache.ts';
import { fromChain } from './from-chain.ts';
import { fromDatabase } from './from-database.ts';
import { ofStore, partingMs, type Reading, storeFailed, storeShare } from './reading.ts';
import { requestRefresh } from './request-refresh.ts';
import { tellFallbacks } from './tell-fallbacks.ts';
import { tellHeat } from './tell-heat.ts';
import type { Shared } from './tip.ts';

/**
 * Cache if it is provably current, else the chain, else the database:
 *  1. an entry that is known to hold within what the caller asked for;
 *  2. the chain, at the newest block of a healthy node, saved before the answer leaves;
 *  3. only when no node can answer: the record, labelled and bounded.
 */
export async function lookup(ref: EntityRef, wishes: Wishes, service: Service, shared?: Shared): Promise<Answer> {
  const definition = definitionOf(ref, service);
  const deadline = deadlineIn(service.limits.deadlineMs * (definition.patience ?? 1), shared?.deadline);
  const storeTime = countdown(deadline.remaining() * (wishes.onlyIfCached ? 1 : storeShare));
  const snapshot = service.snapshots.held() ?? (await ofStore(service.snapshots.current(), storeTime, service));
  if (snapshot !== undefined) service.memory.enter(snapshot.progress.branch);
  const reading: Reading = {
    ref,
    key: refKey(ref),
    definition,
    wishes,
    snapshot,
    service,
    shared,
    deadline,
    storeTime,
  };

  const use = usability(reading);
  const cached = wishes.noCache ? undefined : await ofStore(fromCache(reading, use), storeTime, service);
  const usable = cached === undefined ? 'expired' : use(cached);
  if (cached !== undefined && usable !== 'expired') {
    const ahead = usable === 'due' || isToBeRenewed(cached, service);
    if (ahead && !wishes.onlyIfCached) await within(requestRefresh(ref, service), deadline.remaining());
    if (service.traffic.heatIsDue) await within(tellHeat(service), Math.min(partingMs, deadline.remaining()));
    const stale = usable === 'stale-allowed';
    const labels = { source: 'cache', stale, cache: stale ? 'stale-hit' : 'hit' } as const;
    return served(answerFrom(reading.definition, cached, labels), reading);
  }
  const cache = wishes.noCache ? 'request' : cached === undefined ? 'miss' : 'stale';

  if (wishes.onlyIfCached) {
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
    const kept = await within(fromDatabase(reading), deadline.remaining()).catch((failure: unknown) => {
      if (failure instanceof LookupError && failure.code === 'too_old') throw failure;
      return storeFailed(failure, service);
    });
    if (kept === undefined) throw error;
    service.log.warn('answered from the database', { ref: reading.key, reason: error.message });
    // Where nobody waits nobody has been answered.
    if (!wishes.unasked) service.traffic.fellBack(reading.key);
    return served({ ...kept, cache }, reading);
  } finally {
    // Nothing runs after the answer: what other processes are to know of the nodes, and of what these left to the database,
    // has left by then.
    const told = Promise.all([service.chain.settled(), tellFallbacks(service)]);
    await within(told, Math.min(partingMs, deadline.remaining()));
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
function usability({ key, wishes, service }: Reading) {
  const floor = Math.max(wishes.minHeight ?? 0, service.memory.served(key));
  return ({ through, age, freshSeconds }: Judged) =>
    through.height >= floor ? freshness(age, freshSeconds, wishes) : 'expired';
}

/** What is read goes on being followed: its date is renewed by one reading a day, before it has passed. */
const isToBeRenewed = ({ entry: { followedUntil } }: Judged, { clock }: Service): boolean =>
  followedUntil !== null && isRenewalDue(followedUntil, clock.now());

const sourceMetric = { cache: 'AnswerFromCache', chain: 'AnswerFromChain', database: 'AnswerFromDatabase' } as const;

function served(answer: Answer, { key, wishes, service: { memory, metrics, traffic } }: Reading): Answer {
  if (!answer.stale) memory.serve(key, answer.verifiedThrough.height);
  if (wishes.unasked) return answer;
  traffic.answered(answer);
  // What no cache may serve need not be warm.
  if (!wishes.noCache) traffic.read(key);
  if (answer.data === null) metrics.count('AnswerAbsent');
  metrics.count(sourceMetric[answer.source]);
  return answer;
}
