import type { BlockRef, StateKey } from '../../domain/block.ts';
import { dayMs } from '../../domain/days.ts';
import type { EntityRecord } from '../../domain/record.ts';

/** For how long a record is tracked after its last read. */
const trackedMs = 30 * dayMs;
/** From how long before the date a read renews it. */
const renewedBeforeMs = 10 * dayMs;
/** How much longer its watches are kept (rule TRACK-3). */
const watchedLongerMs = 5 * dayMs;

/**
 * Rules TRACK-1 and TRACK-2: until when a record is tracked (ISO 8601), and which of its keys need a new watch for that. The
 * date is renewed when it is due, and for readers only (`renews`); otherwise the date of the earlier save stays.
 */
export function trackingFor(
  readSet: readonly StateKey[],
  before: EntityRecord | undefined,
  now: number,
  renews = true,
): { readonly trackedUntil: string; readonly watch: readonly StateKey[] } {
  if (before === undefined || (renews && isRenewalDue(before.restoredUntil ?? before.trackedUntil, now))) {
    return { trackedUntil: trackedFrom(now), watch: readSet };
  }
  // Rule ITEM-6: it is tracked again, for as long as it was to be.
  if (before.restoredUntil !== undefined) return { trackedUntil: before.restoredUntil, watch: readSet };
  const watched = new Set(before.readSet);
  return { trackedUntil: before.trackedUntil, watch: readSet.filter((key) => !watched.has(key)) };
}

/**
 * Rule ACTIVITY-1: since which block the record has been tracked without a break. An empty record, made where a watch led to
 * none, does not count: not all of its watches need be there.
 */
export const trackedSince = (
  { height }: Pick<BlockRef, 'height'>,
  before: EntityRecord | undefined,
  now: number,
): number =>
  before?.trackedSince === undefined || before.tooLarge || Date.parse(before.trackedUntil) <= now
    ? height
    : before.trackedSince;

/** The TTL of a watch, in epoch seconds. */
export const watchedUntil = (trackedUntil: string): number =>
  Math.ceil((Date.parse(trackedUntil) + watchedLongerMs) / 1000);

/** The date of what is read now, ISO 8601. */
export const trackedFrom = (now: number): string => new Date(now + trackedMs).toISOString();

const isRenewalDue = (trackedUntil: string, now: number): boolean => Date.parse(trackedUntil) <= now + renewedBeforeMs;

/** Rule TRACK-2: the store alone may renew a date that is due, until it has passed. */
export const isRenewable = (trackedUntil: string | null, now: number): trackedUntil is string =>
  trackedUntil !== null && isRenewalDue(trackedUntil, now) && Date.parse(trackedUntil) > now;
