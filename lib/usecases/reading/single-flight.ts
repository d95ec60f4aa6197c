import { randomUUID } from 'node:crypto';
import { countdown, pause, type Remaining, withTimeout } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { Freshness } from '../../domain/freshness.ts';
import { bestEffort, flushTimeoutMs, storeDeadlineShare } from '../store-access.ts';
import type { Judged } from './answer-from.ts';
import { fromCache } from './from-cache.ts';
import type { LookupContext } from './lookup-context.ts';

/** What another process has read meanwhile, and put into the cache. */
export interface LeaderResult {
  readonly followed: Judged;
}

/** Of a read's time, how long one process may keep the others from reading: two of them fit in, one after the other. */
const leaseShare = 0.5;
const firstPollMs = 30;
const longestPollMs = 200;

/**
 * Of all processes that miss a key one reads the chain, under a lease, and the others wait for what it puts into the cache.
 * When it fails its lease ends at once; when it dies, in time for another one. The lease only saves work: what a process that
 * has stalled saves after all goes through the door like everything else, which refuses it where somebody has read on
 * meanwhile. Where the store says nothing for as long as a reading waits for it, each reads alone.
 */
export async function singleFlight<Read>(
  reading: LookupContext,
  use: (judged: Judged) => Freshness,
  lead: () => Promise<Read>,
  signal: AbortSignal,
): Promise<Read | LeaderResult> {
  const { key, service, deadline } = reading;
  const { progress, clock } = service;
  const name = `read#${key}`;
  const owner = randomUUID();
  const leaseMs = deadline.remaining() * leaseShare;

  // What a reading grants the store, counted by itself, since the chain's time lies between; anew whenever it has spoken.
  const whole = (): Remaining => countdown(service.limits.deadlineMs * storeDeadlineShare);
  let patience = whole();
  const lookTime = () => Math.min(patience(), deadline.remaining());
  const take = () => bestEffort(progress.takeLease(name, owner, clock.now(), clock.now() + leaseMs), lookTime, service);

  /** Whoever still waits finds its entry, or that there will be none. */
  async function leading(): Promise<Read> {
    try {
      return await lead();
    } finally {
      const ended = progress.endLease(name, owner).catch(() => undefined);
      await withTimeout(ended, Math.min(flushTimeoutMs, deadline.remaining()));
    }
  }

  /** Who has read it has seen a newer tip than was known here: without it the entry would seem old. */
  async function look(): Promise<Judged | undefined> {
    const found = await fromCache(reading, use);
    if (found === undefined || use(found) === 'fresh') return found;
    return fromCache({ ...reading, snapshot: await service.snapshots.renewed() }, use);
  }

  /** undefined: the store does not say. */
  const leased = async () => {
    const asked = progress.leasedUntil(name, clock.now()).then((until) => ({ until }));
    return bestEffort(asked, lookTime, service);
  };

  const mayTake = whole();
  let taken = await take();
  let endsAt = Number.POSITIVE_INFINITY;
  for (let pollMs = firstPollMs; taken !== true; pollMs = Math.min(pollMs * 2, longestPollMs)) {
    if (taken === undefined && mayTake() === 0) return lead();
    await pause(pollMs, signal);
    if (signal.aborted) throw new ChainUnavailable('another process has not read it in time');
    // In this order: who has ended its lease has put its entry before.
    const lease = await leased();
    if (lease === undefined && patience() === 0) return lead();
    if (lease === undefined) continue;
    patience = whole();
    const entry = await bestEffort(look(), lookTime, service);
    if (entry !== undefined && use(entry) === 'fresh') return { followed: entry };
    if (lease.until !== undefined) {
      endsAt = lease.until;
      continue;
    }
    // It ended before its time, and left nothing: whoever read has failed, and nobody waits for others to fail as well.
    if (taken === false && clock.now() < endsAt) return lead();
    taken = await take();
  }
  return leading();
}
