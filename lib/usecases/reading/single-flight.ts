import { randomUUID } from 'node:crypto';
import { countdown, pause, type Remaining, withTimeout } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { Freshness } from '../../domain/freshness.ts';
import { slotOf } from '../../domain/slot.ts';
import { note } from '../../domain/trace.ts';
import { bestEffort, flushTimeoutMs, storeDeadlineShare } from '../store-access.ts';
import type { Judged } from './answer-from.ts';
import { fromCache } from './from-cache.ts';
import type { LookupContext } from './lookup-context.ts';

/** The entry that another process read from the chain and put into the cache in the meantime. */
export interface LeaderResult {
  readonly fromLeader: Judged;
}

const slots = 4_096;
/** Rule LIMIT-4: a lease belongs to one of a fixed number of slots, so that keys which any caller makes up fill no table. */
export const readingLease = (key: string): string => `read#${slotOf(key, slots)}`;

/** Share of a read's deadline that a leader's lease lasts. Two leases, one after the other, fit into one deadline. */
const leaseShare = 0.5;
const firstPollMs = 30;
const longestPollMs = 200;

/**
 * Of all processes that miss a key, one leads: it takes the key's lease and reads the chain. The others follow: they
 * wait for the entry that it puts into the cache.
 *  - The leader fails: it ends its lease at once, and every follower reads for itself.
 *  - The leader dies: its lease ends while a follower has time left to lead.
 *  - The leader stalls and saves after its lease: the lease only saves work, and `commitRecord` refuses what is late.
 *  - Two keys share a slot by chance: the one waits for the other's reading, finds no entry, and reads for itself.
 *  - The store does not answer for as long as a read waits for it: each process reads for itself.
 */
export async function singleFlight<Read>(
  context: LookupContext,
  use: (judged: Judged) => Freshness,
  lead: () => Promise<Read>,
  signal: AbortSignal,
): Promise<Read | LeaderResult> {
  const { key, service, deadline } = context;
  const { progress, clock } = service;
  const name = readingLease(key);
  const owner = randomUUID();
  const leaseMs = deadline.remaining() * leaseShare;

  // The store's share of the time, counted here alone, since the chain's time is in between. Each answer renews it.
  const storeTime = (): Remaining => countdown(service.limits.deadlineMs * storeDeadlineShare);
  let patience = storeTime();
  const timeLeft = () => Math.min(patience(), deadline.remaining());
  /** True: this process leads; false: another one does; undefined: the store does not answer. */
  const take = () => bestEffort(progress.takeLease(name, owner, clock.now(), clock.now() + leaseMs), timeLeft, service);

  /** Ends the lease however the reading ends: followers then find the entry, or know that there will be none. */
  async function leading(): Promise<Read> {
    try {
      return await lead();
    } finally {
      const ended = progress.endLease(name, owner).catch(() => undefined);
      await withTimeout(ended, Math.min(flushTimeoutMs, deadline.remaining()));
    }
  }

  /** The leader has seen a newer tip than this process: by an older snapshot its entry would look stale. */
  async function look(): Promise<Judged | undefined> {
    const found = await fromCache(context, use);
    if (found === undefined || use(found) === 'fresh') return found;
    return fromCache({ ...context, snapshot: await service.snapshots.renewed() }, use);
  }

  /** undefined: the store does not answer. */
  const leased = async () => {
    const asked = progress.leasedUntil(name, clock.now()).then((until) => ({ until }));
    return bestEffort(asked, timeLeft, service);
  };

  const mayTake = storeTime();
  let taken = await take();
  note({
    step: 'lease',
    outcome: taken === undefined ? 'not available' : taken ? 'taken' : 'of another process',
    ref: key,
  });
  if (taken === false) service.metrics.count('LeaseWaited');
  let endsAt = Number.POSITIVE_INFINITY;
  for (let pollMs = firstPollMs; taken !== true; pollMs = Math.min(pollMs * 2, longestPollMs)) {
    if (taken === undefined && mayTake() === 0) return lead();
    await pause(pollMs, signal);
    if (signal.aborted) throw new ChainUnavailable('another process did not finish the same read in time');
    // The lease is looked at before the entry: a leader puts its entry before it ends its lease.
    const lease = await leased();
    if (lease === undefined && patience() === 0) return lead();
    if (lease === undefined) continue;
    patience = storeTime();
    const entry = await bestEffort(look(), timeLeft, service);
    if (entry !== undefined && use(entry) === 'fresh') {
      note({ step: 'lease', outcome: 'followed', ref: key, why: 'another process has read it' });
      return { fromLeader: entry };
    }
    if (lease.until !== undefined) {
      endsAt = lease.until;
      continue;
    }
    // The lease ended early and left no entry: the leader failed. All followers read at once and wait for no other failure.
    if (taken === false && clock.now() < endsAt) return lead();
    taken = await take();
  }
  return leading();
}
