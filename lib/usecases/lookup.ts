import type { Answer } from '../domain/answer.ts';
import { type EntityDefinition, type EntityRef, refKey } from '../domain/entity.ts';
import { ChainUnavailable, LookupError } from '../domain/errors.ts';
import { freshness, type Wishes } from '../domain/freshness.ts';
import type { Service } from '../domain/service.ts';
import { answerFrom, type Judged } from './answer-from.ts';
import { fromCache } from './from-cache.ts';
import { fromChain } from './from-chain.ts';
import { fromDatabase } from './from-database.ts';
import { type Reading, storeFailed } from './reading.ts';
import { requestRefresh } from './request-refresh.ts';
import type { SharedTip } from './tip.ts';

/**
 * Cache if it is provably current, else the chain, else the database:
 *  1. an entry that is known to hold within what the caller asked for;
 *  2. the chain, at the newest block of a healthy node, saved before the answer leaves;
 *  3. only when no node can answer: the record, labelled and bounded.
 */
export async function lookup(ref: EntityRef, wishes: Wishes, service: Service, shared?: SharedTip): Promise<Answer> {
  const snapshot = await service.snapshots.current().catch((error: unknown) => storeFailed(error, service));
  const reading: Reading = {
    ref,
    key: refKey(ref),
    definition: definitionOf(ref, service),
    wishes,
    snapshot,
    service,
    shared,
  };

  const use = usability(reading);
  const cached = wishes.noCache ? undefined : await fromCache(reading, use);
  const usable = cached === undefined ? 'expired' : use(cached);
  if (cached !== undefined && usable !== 'expired') {
    if (usable === 'due') await requestRefresh(ref, service);
    const stale = usable === 'stale-allowed';
    const labels = { source: 'cache', stale, cache: stale ? 'stale-hit' : 'hit' } as const;
    return served(answerFrom(reading.definition, cached, labels), reading);
  }
  const cache = wishes.noCache ? 'request' : cached === undefined ? 'miss' : 'stale';

  if (wishes.onlyIfCached) {
    const kept = await fromDatabase(reading);
    if (kept === undefined) throw new LookupError('not_cached', 'neither cache nor database has it');
    return served({ ...kept, cache }, reading);
  }

  try {
    return served({ ...(await fromChain(reading)), cache }, reading);
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    service.metrics.count('ChainUnavailable');
    const kept = await fromDatabase(reading).catch((failure: unknown) => {
      if (failure instanceof LookupError && failure.code === 'too_old') throw failure;
      return storeFailed(failure, service);
    });
    if (kept === undefined) throw error;
    service.log.warn('answered from the database', { ref: reading.key, reason: error.message });
    return served({ ...kept, cache }, reading);
  }
}

export function definitionOf({ kind }: EntityRef, { definitions }: Pick<Service, 'definitions'>): EntityDefinition {
  const definition = definitions.get(kind);
  if (definition === undefined) throw new LookupError('invalid_request', `there is no kind "${kind}"`);
  return definition;
}

/** Nothing below a height that the caller named or that this process has served of the entity, whatever its age. */
function usability({ key, wishes, service }: Reading) {
  const floor = Math.max(wishes.minHeight ?? 0, service.memory.served(key));
  return ({ through, age, freshSeconds }: Judged) =>
    through.height >= floor ? freshness(age, freshSeconds, wishes) : 'expired';
}

const sourceMetric = { cache: 'AnswerFromCache', chain: 'AnswerFromChain', database: 'AnswerFromDatabase' } as const;

function served(answer: Answer, { key, service: { memory, metrics } }: Reading): Answer {
  if (!answer.stale) memory.serve(key, answer.verifiedThrough.height);
  if (answer.data === null) metrics.count('AnswerAbsent');
  metrics.count(sourceMetric[answer.source]);
  return answer;
}
