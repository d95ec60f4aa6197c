import type { Answer } from '../../domain/answer.ts';
import { abortIn, deadlineIn, pause, unlessAborted, withTimeout } from '../../domain/deadline.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import { ChainReadsSpent, LookupError } from '../../domain/errors.ts';
import { defaultReadOptions, type ReadOptions } from '../../domain/freshness.ts';
import type { ChainReads } from '../../domain/ports/chain-reads.ts';
import type { Service } from '../../domain/service.ts';
import type { TakePlace } from '../limits/waiting.ts';
import { newestTip } from '../observing/tip.ts';
import { definitionOf, lookup } from './lookup.ts';

/** Callers of one process that may wait at the same time. */
const mostWaiters = 50;
const pollMs = 1_000;
/** An answer of another process will do, so that all who wait for one entity share one reading a second. */
const polled: ReadOptions = { ...defaultReadOptions, maxAge: 1, staleIfError: 0, aheadOfNeed: true };

export interface Waiting {
  readonly seconds: number;
  /** Aborts when the caller hangs up; undefined where that cannot be known. */
  readonly hungUp?: AbortSignal | undefined;
  /** Of those who wait over all processes; left out: there is no limit. */
  readonly takePlace?: TakePlace | undefined;
}

/**
 * A lookup that waits, for so many seconds at most and as long as the caller is there, until what the kind `awaits` has changed: an unknown transaction is known,
 * a pending one is in a block. Then, or when the time is up, the latest answer. Throws `overloaded` or `rate_limited` where too many wait
 * (rules LIMIT-5 and LIMIT-12). A caller without a chain read left does not wait on (rule LIMIT-10).
 */
export async function lookupAndWait(
  ref: EntityRef,
  options: ReadOptions,
  { seconds, hungUp = new AbortController().signal, takePlace }: Waiting,
  service: Service,
): Promise<Answer> {
  const deadline = deadlineIn(seconds * 1_000);
  const { awaits = () => null } = definitionOf(ref, service);
  const first = await lookup(ref, options, service);
  const awaited = awaits(first.data);
  if (awaited === null || deadline.remaining() === 0) return first;
  const leave = service.memory.takePlace('wait', mostWaiters);
  if (leave === undefined)
    throw new LookupError('overloaded', 'too many callers wait already', { retryable: true, retryAfter: 2 });
  let latest = first;
  // Rule LIMIT-12.
  let giveBack: Awaited<ReturnType<TakePlace>> | undefined;
  try {
    giveBack = await takePlace?.(deadline.remaining());
    while (awaits(latest.data) === awaited && deadline.remaining() > 0 && !hungUp.aborted) {
      const next = withTimeout(nextReading(latest, service), deadline.remaining());
      latest = (await unlessAborted(next, hungUp)) ?? latest;
    }
    return latest;
  } catch (error) {
    if (!(error instanceof ChainReadsSpent)) throw error;
    return latest;
  } finally {
    leave();
    await giveBack?.();
  }
}

/**
 * Shared by all callers of this process that wait for the entity at this block. Undefined where it failed, or where there is nothing
 * new: they wait on. Throws ChainReadsSpent.
 */
function nextReading(latest: Answer, service: Service): Promise<Answer | undefined> {
  const { chainReads } = service;
  const { ref, block } = latest;
  const reading = (reads: ChainReads | undefined) =>
    service.memory.flight(`wait ${refKey(ref)}@${block.height}`, async () => {
      await pause(pollMs);
      const isDue = await mayHaveChanged(latest, service).catch(() => true);
      return isDue ? lookup(ref, polled, { ...service, chainReads: reads }).catch(() => undefined) : undefined;
    });
  // Taken before the flight, not within it: where its caller has nothing left, the others wait on.
  return chainReads === undefined
    ? reading(undefined)
    : chainReads.spend((use) => reading({ spend: (work) => work(use) }));
}

/** What is not known yet may arrive between two blocks. What is known changes with a block: to ask for the tip costs the store nothing. */
async function mayHaveChanged({ data, block }: Answer, service: Service): Promise<boolean> {
  if (data === null) return true;
  const { progress } = await service.snapshots.current();
  const query = { atLeast: 0, progress, signal: abortIn(service.limits.deadlineMs), shared: undefined };
  const { value: tip } = await service.chain.counted(() => newestTip(query, service), 'reader');
  return tip.height > block.height;
}
