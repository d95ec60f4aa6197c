import type { Answer } from '../../domain/answer.ts';
import { StoreUnavailable } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import { storeFailed } from '../store-access.ts';
import { countsOf } from './count-tokens.ts';
import { wholeListsOf } from './whole-lists.ts';

/**
 * The answer about a collection, with what the service knows of its tokens (rule COLLECT-6); every other answer as it is. The chain does not
 * say it, so that it is no part of the record. A store that fails costs this part alone. The entity tag does not cover the blocks: what
 * is the same at a later block keeps its tag.
 */
export async function withTokens(answer: Answer, service: Service): Promise<Answer> {
  const { collects, collectionOf } = service.definitions.get(answer.ref.kind) ?? {};
  if (answer.data === null || collects === undefined || collectionOf === undefined) return answer;
  const tokens = await tokensOf(collectionOf(answer.ref.id), service).catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable)) throw error;
    return storeFailed(error, service);
  });
  if (tokens === undefined) return answer;
  const tagged = { ...tokens, block: null, whole: { ...tokens.whole, through: null } };
  return { ...answer, data: { ...answer.data, tokens }, tagged: { ...answer.data, tokens: tagged } };
}

async function tokensOf(packageHash: string, service: Service) {
  const snapshot = await service.snapshots.current();
  const [whole] = await wholeListsOf([packageHash], snapshot, service);
  if (whole === undefined) return undefined;
  const {
    tracked = null,
    burnt = null,
    holders = null,
    block = null,
  } = (await countsOf(whole, snapshot, service)) ?? {};
  const { state, through, reason, enumeration } = whole;
  const progress = enumeration && {
    done: enumeration.next,
    total: enumeration.total,
    startedAt: enumeration.startedAt,
  };
  return { tracked, burnt, holders, block, whole: { state, through, reason, progress } };
}
