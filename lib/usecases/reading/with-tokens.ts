import type { Answer } from '../../domain/answer.ts';
import type { Snapshot } from '../../domain/claim.ts';
import { StoreUnavailable } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import type { KeptCounts } from '../../domain/token-counts.ts';
import { storeFailed } from '../store-access.ts';
import { countsOf } from './count-tokens.ts';
import { type WholeLists, wholeListsNow } from './whole-lists.ts';

/**
 * The answer about a collection, with what the service knows of its tokens (rule COLLECT-6); every other answer as it is. The chain does not
 * say it, so that it is no part of the record. A store that fails costs this part alone. The entity tag does not cover the blocks: what
 * is the same at a later block keeps its tag.
 */
export async function withTokens(
  answer: Answer,
  service: Service,
  ofPage?: (packageHash: string) => Promise<TokensRead>,
): Promise<Answer> {
  const { collects, collectionOf } = service.definitions.get(answer.ref.kind) ?? {};
  if (answer.data === null || collects === undefined || collectionOf === undefined) return answer;
  const packageHash = collectionOf(answer.ref.id);
  const reading = ofPage?.(packageHash) ?? tokensRead([packageHash], service).then((of) => of(packageHash));
  const tokens = await reading
    .then((read) => tokensIn(read, service))
    .catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      return storeFailed(error, service);
    });
  if (tokens === undefined) return answer;
  const tagged = { ...tokens, block: null, whole: { ...tokens.whole, through: null } };
  return { ...answer, data: { ...answer.data, tokens }, tagged: { ...answer.data, tokens: tagged } };
}

interface TokensRead {
  readonly snapshot: Snapshot;
  readonly whole: WholeLists;
  readonly kept: KeptCounts | undefined;
}

/** Reads for a whole page what `withTokens` asks for each of its collections. */
export function tokensOfPage(packageHashes: readonly string[], service: Service) {
  let reading: ReturnType<typeof tokensRead> | undefined;
  return async (packageHash: string): Promise<TokensRead> => {
    reading ??= tokensRead(packageHashes, service);
    return (await reading)(packageHash);
  };
}

/** The snapshot is read before what was counted (rule COLLECT-6). */
async function tokensRead(packageHashes: readonly string[], service: Service) {
  const { snapshot, collections } = await wholeListsNow(packageHashes, service);
  const counts = await service.listings.counts(packageHashes);
  return (packageHash: string): TokensRead => {
    const at = packageHashes.indexOf(packageHash);
    return { snapshot, whole: collections[at] as WholeLists, kept: counts[at] };
  };
}

async function tokensIn({ snapshot, whole, kept }: TokensRead, service: Service) {
  const {
    tracked = null,
    burnt = null,
    holders = null,
    block = null,
  } = (await countsOf(whole, snapshot, service, kept)) ?? {};
  const { state, through, reason, enumeration } = whole;
  const progress = enumeration && {
    done: enumeration.next,
    total: enumeration.total,
    startedAt: enumeration.startedAt,
  };
  return { tracked, burnt, holders, block, whole: { state, through, reason, progress } };
}
