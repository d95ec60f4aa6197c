import { type Activity, placeAbove } from '../../domain/activity.ts';
import type { Answer } from '../../domain/answer.ts';
import { isOnAbandonedFork, type Snapshot } from '../../domain/claim.ts';
import type { EntityRef } from '../../domain/entity.ts';
import { defaultReadOptions } from '../../domain/freshness.ts';
import type { ActivityPage } from '../../domain/ports/activity.ts';
import type { Progress } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { entryOf } from '../saving/cache-entry.ts';
import { isRenewalNeeded, renewTracking } from '../saving/renew.ts';
import { storeFailed, trusted } from '../store-access.ts';
import { lookup } from './lookup.ts';

/** Whose transactions: the account, and which of them. `before`: what the page before ended with. */
export interface ActivityQuery extends Omit<ActivityPage, 'before'> {
  readonly before?: string | undefined;
}

export interface AccountActivity {
  readonly items: readonly Activity[];
  /** See `ActivityRows`. */
  readonly last: string | undefined;
  /** All that concerns the account in these blocks is listed; `through` below `from`: in no block yet. undefined: it is not tracked. */
  readonly complete: { readonly from: number; readonly through: number } | undefined;
  /** The cursor; null before the first tick. */
  readonly followed: Progress['cursor'];
}

/**
 * The transactions of an account, from what sync has listed. An account that is not tracked is read from the chain, which begins
 * to track it. Gives the absence where the chain has no such account. Throws what `lookup` throws, and StoreUnavailable.
 */
export async function accountActivity(
  account: EntityRef,
  query: ActivityQuery,
  service: Service,
): Promise<AccountActivity | { readonly absent: Answer }> {
  let snapshot = await service.snapshots.current();
  const stored = await service.records.get(account);
  let record = trackedNow(stored, snapshot, service);
  if (record === undefined) {
    // A cached value of a record that is not tracked would be served without a save.
    const noCache = stored !== undefined && stored.value !== null;
    const answer = await lookup(account, { ...defaultReadOptions, noCache }, service);
    if (answer.data === null) return { absent: answer };
    snapshot = await service.snapshots.current();
    record = trackedNow(await service.records.get(account), snapshot, service);
  } else {
    await renewWhenDue(record, snapshot, service);
  }

  // Rule ACTIVITY-4: the cursor was read before the rows, so that all of them are there through it.
  const { progress } = snapshot;
  const { cursor } = progress;
  if (cursor === null) return { items: [], last: undefined, complete: undefined, followed: null };
  const top = placeAbove(cursor.height);
  const before = query.before !== undefined && query.before < top ? query.before : top;
  const { items, last } = await service.activity.list(account.id, { ...query, before });
  return {
    items: items.filter((activity) => !isOnAbandonedFork(activity, progress)),
    last,
    complete: completeBlocks(record, progress),
    followed: cursor,
  };
}

function trackedNow(
  record: EntityRecord | undefined,
  snapshot: Snapshot,
  { clock }: Pick<Service, 'clock'>,
): EntityRecord | undefined {
  if (record === undefined || record.value === null || record.trackedSince === undefined) return undefined;
  return Date.parse(record.trackedUntil) > clock.now() ? trusted(record, snapshot) : undefined;
}

/** Rule ACTIVITY-4. */
function completeBlocks(
  record: EntityRecord | undefined,
  { cursor, activityFrom, rewinds }: Progress,
): AccountActivity['complete'] {
  if (record?.trackedSince === undefined || cursor === null || activityFrom === null) return undefined;
  // Rows of what was followed between rewinds that became one are left out.
  const leftOut = rewinds.map(({ through = 0 }) => through);
  return { from: Math.max(record.trackedSince, activityFrom, ...leftOut) + 1, through: cursor.height };
}

/** Rule TRACK-2: an account whose transactions are read stays tracked. That it could not be renewed fails no answer. */
async function renewWhenDue(record: EntityRecord, snapshot: Snapshot, service: Service): Promise<void> {
  const served = { entry: entryOf(record), snapshot };
  if (!isRenewalNeeded(served, service)) return;
  await renewTracking(served, service).catch((error: unknown) => storeFailed(error, service));
}
