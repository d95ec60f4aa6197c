import { bareHash } from '../../domain/account-id.ts';
import { eraBasis } from '../../domain/basis.ts';
import type { BlockRef } from '../../domain/block.ts';
import { isOnAbandonedFork, type Snapshot } from '../../domain/claim.ts';
import { type AccountEra, type EndedEra, totalOf } from '../../domain/rewards.ts';
import type { Service } from '../../domain/service.ts';
import { fillHole } from './fill-rewards.ts';

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
  /** The cursor: no block after it is considered; null before the first tick. */
  readonly followed: BlockRef | null;
}

/** So many eras one request answers for. */
const mostEras = 1_000;

type RewardsService = Pick<Service, 'rewards' | 'snapshots' | 'chain' | 'clock' | 'limits' | 'chainReads' | 'log'>;

/**
 * What an account received, era by era, from the era on in which sync began, as far as sync has followed the chain: of the eras
 * that were asked for the newest 1,000. One missing era is read from the chain, and kept (rule ACTIVITY-21). Throws StoreUnavailable.
 */
export async function rewardsOf(query: RewardsQuery, service: RewardsService): Promise<AccountRewards> {
  const snapshot = await service.snapshots.current();
  const { progress } = snapshot;
  const { cursor: followed } = progress;
  const none = { range: null, kept: null, eras: [], missing: [], sum: 0n, followed };
  if (followed === null) return none;
  // Rule ACTIVITY-20: a batch that is in work has eras beyond the cursor.
  const counts = (ended: EndedEra): boolean =>
    ended.block.height <= followed.height && !isOnAbandonedFork(ended, progress);
  const found = await service.rewards.kept(counts);
  if (found === undefined) return none;

  const toEra = Math.max(found.last.era, await lastEnded(snapshot, service));
  const kept = { fromEra: found.first.era, toEra };
  const range = rangeOf(query, kept);
  if (range === null) return { ...none, kept };
  // The era above shows where the newest era of the range has ended, in case it is missing.
  const stored = await service.rewards.of(bareHash(query.account), range.fromEra, range.toEra + 1);
  const known = stored.filter(counts);
  const [hole] = missingIn(range, known);
  const filled = hole && (await fillHole(hole.toEra, query.account, { known, progress }, service));
  const eras = (filled ? [...known, filled] : known)
    .filter(({ era }) => era <= range.toEra)
    .toSorted((a, b) => b.era - a.era);
  const sum = eras.reduce((total, { shares }) => total + totalOf(shares), 0n);
  return { range, kept, eras, missing: missingIn(range, eras), sum, followed };
}

function rangeOf({ fromEra = 0, toEra = Number.MAX_SAFE_INTEGER }: RewardsQuery, kept: Eras): Eras | null {
  const last = Math.min(toEra, kept.toEra);
  const first = Math.max(fromEra, kept.fromEra, last - mostEras + 1);
  return first > last ? null : { fromEra: first, toEra: last };
}

/** Rule ACTIVITY-21: an era that is not known is missing, and never counts as one without rewards. */
function missingIn({ fromEra, toEra }: Eras, known: readonly AccountEra[]): Eras[] {
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
