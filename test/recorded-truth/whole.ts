import { blockRef } from '../../lib/domain/block.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import type { Service } from '../../lib/domain/service.ts';
import { findListed, type List, type ListedRecords } from '../../lib/usecases/reading/find.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import type { RecordedTruth, Token } from '../support/recorded-truth.ts';

export const idOf = ({ packageHash, tokenId }: Token): string => `${packageHash}:${tokenId}`;

/** As an enumeration at the cursor leaves it: every token that there is has a record, and the collections are whole. */
export async function makeWhole(truth: RecordedTruth, service: Service): Promise<void> {
  const { cursor } = await service.progress.read();
  if (cursor === null) throw new Error('nothing was followed yet');
  for (const token of truth.tokens)
    if (truth.asset(token, cursor.height) !== null)
      await lookup({ kind: 'asset', id: idOf(token) }, { ...defaultReadOptions, noCache: true }, service);
  await markWhole(truth, service);
}

/** The collections are whole as of the cursor: each of their tokens was read there. */
export async function markWhole(
  truth: RecordedTruth,
  { progress, collections, definitions, clock }: Pick<Service, 'progress' | 'collections' | 'definitions' | 'clock'>,
): Promise<void> {
  const { cursor, fork } = await progress.read();
  if (cursor === null) throw new Error('nothing was followed yet');
  for (const { packageHash } of truth.collections) {
    const startedAt = new Date(clock.now()).toISOString();
    const [state] = await collections.get([packageHash]);
    await collections.change({
      packageHash,
      status: 'whole',
      block: blockRef(cursor),
      fork,
      definition: definitions.get('asset')?.definition ?? '',
      total: truth.tokens.length,
      next: truth.tokens.length,
      failed: 0,
      again: [],
      tries: 0,
      failingSince: null,
      reason: null,
      startedAt,
      finishedAt: startedAt,
      updatedAt: startedAt,
      revision: (state?.enumeration?.revision ?? 0) + 1,
    });
  }
}

export interface WholeList {
  readonly ids: readonly string[];
  /** Of each page. */
  readonly exactAt: readonly (number | null)[];
}

export async function listAll(list: List, limit: number, service: Service): Promise<WholeList> {
  const collections =
    list.collection === undefined
      ? service.shared.discovering.map(({ rootKey }) => rootKey.slice(5))
      : [list.collection];
  const ids: string[] = [];
  const exactAt: (number | null)[] = [];
  for (let page: ListedRecords | undefined; page === undefined || page.last !== undefined; ) {
    page = await findListed({ kind: 'asset', list, limit, after: page?.last?.id, collections }, service);
    ids.push(...page.answers.map(({ ref }) => ref.id));
    exactAt.push(page.exactAt?.height ?? null);
  }
  return { ids, exactAt };
}

const isNumber = (id: string): boolean => /^(0|[1-9]\d*)$/.test(id);

/** Tokens of a collection together, numbers by their value and before all other ids. */
function inOrder(tokens: readonly Token[]): string[] {
  const rank = ({ packageHash, tokenId }: Token): string =>
    `${packageHash} ${isNumber(tokenId) ? `0 ${tokenId.padStart(80, '0')}` : `1 ${tokenId}`}`;
  return tokens.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1)).map(idOf);
}

export interface TrueLists {
  owner(owner: string): string[];
  collection(packageHash: string): string[];
  readonly owners: readonly string[];
  counts(packageHash: string): { readonly tracked: number; readonly burnt: number; readonly holders: number };
}

export function listsAt(height: number, truth: RecordedTruth): TrueLists {
  const there = truth.tokens.flatMap((token) => {
    const asset = truth.asset(token, height) as { readonly owner: string | null; readonly burnt: boolean } | null;
    return asset === null ? [] : [{ ...token, ...asset }];
  });
  const of = (packageHash: string) => there.filter((token) => token.packageHash === packageHash);
  return {
    owner: (owner) => inOrder(there.filter((token) => token.owner === owner)),
    collection: (packageHash) => inOrder(of(packageHash)),
    owners: [...new Set(there.flatMap(({ owner }) => owner ?? []))],
    counts: (packageHash) => ({
      tracked: of(packageHash).length,
      burnt: of(packageHash).filter(({ burnt }) => burnt).length,
      holders: new Set(of(packageHash).flatMap(({ owner }) => owner ?? [])).size,
    }),
  };
}
