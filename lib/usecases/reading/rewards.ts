import { bareHash } from '../../domain/account-id.ts';
import type { Answer } from '../../domain/answer.ts';
import { eraBasis } from '../../domain/basis.ts';
import type { BlockRef } from '../../domain/block.ts';
import { isOnAbandonedFork, type Snapshot } from '../../domain/claim.ts';
import { defaultReadOptions } from '../../domain/freshness.ts';
import type { Span } from '../../domain/held.ts';
import { type AccountEra, type EndedEra, totalOf } from '../../domain/rewards.ts';
import type { Service } from '../../domain/service.ts';
import { lookup } from './lookup.ts';

export interface RewardsQuery {
  /** The canonical id. */
  readonly account: string;
  readonly fromEra?: number | undefined;
  readonly toEra?: number | undefined;
}

/** Eras, both ends included. */
export interface Eras {
  readonly fromEra: number;
  readonly toEra: number;
}

/** What an account received in a range of eras. Each era of the range is known or missing. */
export interface AccountRewards {
  /** Within what is kept; null: none of the eras that were asked for is. */
  readonly range: Eras | null;
  /** From which era on rewards are kept, and the last era that has ended; null: none has ended since sync began. */
  readonly kept: Eras | null;
  /** Newest first. */
  readonly eras: readonly AccountEra[];
  /** Eras of the range of which nothing is known, newest first. */
  readonly missing: readonly Eras[];
  /** Of the known eras of the range, in motes. */
  readonly sum: bigint;
  /** All that these blocks paid is among the eras; null: the newest era of the range is missing, or there is no range. */
  readonly complete: Span | null;
  /** The cursor: no block after it is considered; null before the first tick. */
  readonly followed: BlockRef | null;
}

/** So many eras one request answers for. */
export const mostEras = 1_000;

/**
 * What an account received, era by era, from the era on in which sync began, as far as sync has followed the chain: of the eras
 * that were asked for the newest 1,000. Gives the absence where the chain has no such account. Throws StoreUnavailable, and what `lookup`
 * throws.
 */
export async function rewardsOf(
  query: RewardsQuery,
  service: Service,
): Promise<AccountRewards | { readonly absent: Answer }> {
  const rewards = await storedRewards(query, service);
  // Who has received something exists.
  if (rewards.sum > 0n) return rewards;
  const answer = await lookup({ kind: 'account', id: query.account }, defaultReadOptions, service);
  return answer.data === null ? { absent: answer } : rewards;
}

async function storedRewards(query: RewardsQuery, service: RewardsService): Promise<AccountRewards> {
  const snapshot = await service.snapshots.current();
  const { cursor: followed } = snapshot.progress;
  const none = { range: null, kept: null, eras: [], missing: [], sum: 0n, complete: null, followed };
  const found = await keptEras(snapshot, service);
  if (found === undefined || followed === null) return none;
  const { kept, counts } = found;
  const range = rangeOf(query, kept);
  if (range === null) return { ...none, kept };
  const stored = await service.rewards.of(bareHash(query.account), range.fromEra, range.toEra);
  const eras = stored.filter(counts);
  const sum = eras.reduce((total, { shares }) => total + totalOf(shares), 0n);
  const missing = missingIn(range, eras);
  const through = range.toEra === kept.toEra ? followed.height : eras[0]?.block.height;
  return { range, kept, eras, missing, sum, complete: completeBlocks(range, missing, eras, through), followed };
}

/** From the end of the oldest era on that is known together with all later ones of the range. */
function completeBlocks(
  { toEra }: Eras,
  [missing]: readonly Eras[],
  eras: readonly AccountEra[],
  through: number | undefined,
): Span | null {
  const oldest = missing === undefined ? eras.at(-1) : eras.find(({ era }) => era === missing.toEra + 1);
  if (oldest === undefined || through === undefined || eras[0]?.era !== toEra) return null;
  return { from: oldest.block.height, through };
}

type RewardsService = Pick<Service, 'rewards' | 'snapshots'>;

/** From which era through which rewards are kept, and which of the stored eras count; undefined: none has ended since sync began. */
export async function keptEras(
  snapshot: Snapshot,
  service: RewardsService,
): Promise<{ readonly kept: Eras; counts(ended: EndedEra): boolean } | undefined> {
  const { progress } = snapshot;
  const { cursor } = progress;
  if (cursor === null) return undefined;
  // Rule ACTIVITY-20: a batch that is in work has eras beyond the cursor.
  const counts = (ended: EndedEra): boolean =>
    ended.block.height <= cursor.height && !isOnAbandonedFork(ended, progress);
  const found = await service.rewards.kept(counts);
  if (found === undefined) return undefined;
  const toEra = Math.max(found.last.era, await lastEnded(snapshot, service));
  return { kept: { fromEra: found.first.era, toEra }, counts };
}

function rangeOf({ fromEra = 0, toEra = Number.MAX_SAFE_INTEGER }: RewardsQuery, kept: Eras): Eras | null {
  const last = Math.min(toEra, kept.toEra);
  const first = Math.max(fromEra, kept.fromEra, last - mostEras + 1);
  return first > last ? null : { fromEra: first, toEra: last };
}

/** Rule ACTIVITY-21: an era that is not known is missing, and never counts as one without rewards. Newest first. */
export function missingIn({ fromEra, toEra }: Eras, known: readonly EndedEra[]): Eras[] {
  const there = new Set(known.map(({ era }) => era));
  const missing: Eras[] = [];
  for (let era = toEra; era >= fromEra; era -= 1) {
    if (there.has(era)) continue;
    const above = missing.at(-1);
    if (above?.fromEra === era + 1) missing[missing.length - 1] = { ...above, fromEra: era };
    else missing.push({ fromEra: era, toEra: era });
  }
  return missing;
}

/** The last era that has ended at the cursor, by the era basis, where that is of the cursor or below; else -1. */
async function lastEnded(snapshot: Snapshot, { snapshots }: Pick<Service, 'snapshots'>): Promise<number> {
  const { progress, basis } = await snapshots.withBases(snapshot, [eraBasis]);
  const record = basis(eraBasis);
  if (record === undefined || isOnAbandonedFork(record, progress)) return -1;
  if (record.block.height > (progress.cursor?.height ?? 0)) return -1;
  const { value } = (record.value ?? {}) as { readonly value?: { readonly era?: number } };
  return (value?.era ?? 0) - 1;
}
