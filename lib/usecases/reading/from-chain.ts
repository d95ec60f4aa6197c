import type { Answer } from '../../domain/answer.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import { ageSeconds } from '../../domain/claim.ts';
import { countdown, withTimeout } from '../../domain/deadline.ts';
import { freshSecondsOf } from '../../domain/entity.ts';
import { ChainUnavailable, CollectionUnreadable, LookupError, UnusableAnswer } from '../../domain/errors.ts';
import type { Freshness } from '../../domain/freshness.ts';
import type { ChainReads } from '../../domain/ports/chain-reads.ts';
import { noProgress } from '../../domain/progress.ts';
import { notAsked } from '../../domain/proof.ts';
import type { EntityRecord } from '../../domain/record.ts';
import { note } from '../../domain/trace.ts';
import { orphanReason } from '../observing/orphaned-block.ts';
import { atNewestTip, newestTip, publishHead, type TipQuery } from '../observing/tip.ts';
import { entryOf } from '../saving/cache-entry.ts';
import { bestEffort, storeDeadlineShare, trusted } from '../store-access.ts';
import { answerFrom, type Judged } from './answer-from.ts';
import { reportHotKeys } from './hot-keys.ts';
import type { LookupContext } from './lookup-context.ts';
import { type Refreshed, refresh } from './refresh.ts';
import { type DriftSample, drawSample, reportSample } from './sample.ts';
import { singleFlight } from './single-flight.ts';

/** Share of a read's deadline that is kept for the database's answer, should no node answer in time. */
const databaseShare = 0.2;

interface ChainReading extends Refreshed {
  readonly sample: DriftSample | undefined;
}

/**
 * Step 2: a reading of the chain for a reader, which has its limits (rules LIMIT-3, LIMIT-4 and LIMIT-10). Throws ChainUnavailable,
 * ChainReadsSpent, `overloaded`.
 */
export const fromChain = (context: LookupContext, use: (judged: Judged) => Freshness): Promise<Answer> =>
  forReader(context, (onRead) => readShared(context, use, onRead));

/** A reading within a reader's limits. It calls `onRead` before it asks a node. */
export async function forReader<T extends { readonly data: object | null }>(
  context: LookupContext,
  read: (onRead: () => void) => Promise<T>,
): Promise<T> {
  const { service } = context;
  const { absentCallsPerMinute } = service.limits;
  await refuseUnknown(context);
  const reading = () =>
    charged(service.chainReads, read).then(
      (answer) => ({ answer, isCharged: answer.data === null }),
      (error: unknown) => ({ error, isCharged: error instanceof UnusableAnswer }),
    );
  const began = service.clock.steady();
  const { value: got, calls } = await service.chain.counted(reading, 'reader');
  service.metrics.measure('ChainReadMilliseconds', Math.round(service.clock.steady() - began));
  if (got.isCharged) service.memory.absentCalls.charge(calls, absentCallsPerMinute);
  if ('error' in got) throw got.error;
  return got.answer;
}

/** Rule LIMIT-10: whose reading it is pays for it, and no other caller. */
const charged = <T>(chainReads: ChainReads | undefined, work: (onRead: () => void) => Promise<T>): Promise<T> =>
  chainReads === undefined ? work(() => {}) : chainReads.spend(work);

/**
 * Rule LIMIT-4: where too many calls have gone to what is not on the chain, only ids with a record are read from it. Throws
 * `overloaded`.
 */
async function refuseUnknown({ ref, snapshot, storeTime, service }: LookupContext): Promise<void> {
  const retryAfter = service.memory.absentCalls.waitSeconds(service.limits.absentCallsPerMinute);
  if (retryAfter === 0 || snapshot === undefined) return;
  const asked = service.records.get(ref).then((record) => ({ isKnown: record !== undefined }));
  const found = await bestEffort(asked, storeTime, service);
  if (found?.isKnown !== false) return;
  const why = 'too many unknown ids were asked for; known ones are answered';
  throw new LookupError('overloaded', why, { retryable: true, retryAfter });
}

/**
 * One reading of the chain per entity and block at a time in this process, and one per entity across processes
 * (`singleFlight`). Its block is never below a height that this process has served (rule CLAIM-8).
 */
async function readShared(
  context: LookupContext,
  use: (judged: Judged) => Freshness,
  onRead: () => void,
): Promise<Answer> {
  const { key, definition, options, service, snapshot } = context;
  const signal = context.deadline.signal(1 - databaseShare);
  const read = () =>
    atNewestTip(tipQuery(context, service.memory.served(key), signal, options.minHeight), service, (block) =>
      service.memory.flight(`${key}@${block.height}`, () => {
        onRead();
        note({ step: 'chain', outcome: 'read', ref: key, height: block.height });
        return readAndSave(context, block, signal);
      }),
    );
  // A caller that asks for the chain's own answer waits for no other process, and without the store none can be found.
  // An absence that is known to this service is no reason for a lease.
  const isAlone = options.noCache || snapshot === undefined || context.isKnownAbsent;
  let isFirst = options.minHeight !== undefined;
  const begin = () => {
    isFirst = true;
    return isAlone ? read() : singleFlight(context, use, read, signal);
  };
  const floor = service.memory.served(key);
  // A caller that waits for a height waits alone: other callers did not ask for that height.
  const flight = options.minHeight === undefined ? service.memory.flight(key, begin) : read();
  if (!isFirst) note({ step: 'chain', outcome: 'shared', ref: key, why: 'another request was reading it' });
  const shared = await flight;
  if ('fromLeader' in shared && !options.noCache && use(shared.fromLeader) === 'fresh') {
    return answerFrom(definition, shared.fromLeader, { source: 'cache', stale: false, cache: 'collapsed' });
  }
  // A shared reading that began before a higher block was served would take this process's answers back in time.
  const isHighEnough = !('fromLeader' in shared) && shared.observation.block.height >= floor;
  const reading = isHighEnough ? shared : await read();
  const answer = answerTo(context, reading);
  // Only the caller that has drawn the sample reports it, not those that share the reading.
  if (reading.sample?.by === context) await reportSample(reading.sample, answer);
  return answer;
}

/** Throws CollectionUnreadable, unless a person has accepted that the entity is gone. */
function answerTo({ ref, definition, service }: LookupContext, reading: ChainReading): Answer {
  const { observation, bases, conflict, saved, unreadable } = reading;
  const isAccepted = saved !== undefined && 'record' in saved && saved.record?.value === null;
  if (unreadable !== undefined && !isAccepted) throw new CollectionUnreadable(unreadable, conflict);
  const { value, block, validUntil, proof = notAsked } = observation;
  const head = service.memory.head();
  const age = head === undefined ? 0 : ageSeconds(block, head, service.clock.steady());
  const freshSeconds = freshSecondsOf(definition, value, validUntil, block);
  const joined = (name: string) => bases.find((basis) => basis.name === name)?.joined;
  return {
    ref,
    data: value === null ? null : definition.present(ref.id, value, joined),
    source: 'chain',
    stale: age > freshSeconds,
    block,
    // Rule CLAIM-4: whether it was saved or not, an answer from the chain is verified through its own block.
    verifiedThrough: block,
    proof,
    age,
    freshSeconds,
    cache: 'miss',
    conflict: conflict ?? null,
    mayArrive: value === null && definition.absenceIsNotRecorded === true,
  };
}

/** For the newest block, at or above `least`, the cursor and the caller's `minHeight`. */
function tipQuery(
  { snapshot, shared }: LookupContext,
  least: number,
  signal: AbortSignal,
  minHeight?: number,
): TipQuery {
  const progress = snapshot?.progress ?? noProgress;
  const atLeast = Math.max(least, progress.cursor?.height ?? 0);
  return { atLeast, minHeight, progress, signal, shared };
}

/** Reads at the tip, or at the stored record's block where that is higher, and saves. */
async function readAndSave(context: LookupContext, tip: PinnedBlock, signal: AbortSignal): Promise<ChainReading> {
  const { ref, key, definition, snapshot, service, deadline, options } = context;
  const { because = { cause: 'lookup' } } = options;
  // The store has its full share of time from here: what the chain has taken does not count.
  const storeTime = countdown(Math.min(service.limits.deadlineMs * storeDeadlineShare, deadline.remaining()));
  const asked = snapshot && service.records.get(ref).then((record) => ({ record }));
  const found = asked && (await bestEffort(asked, storeTime, service));
  const before = found?.record;
  const stored = snapshot && trusted(before, snapshot);
  const tipAt = (height: number) => newestTip(tipQuery(context, height, signal), service);
  const { block, isOrphaned } = await blockToRead(stored, tip, tipAt, service);
  const request = { definition, ref, block, before, snapshot, signal, deadline, tipAt, isOrphaned } as const;
  const sample = found && snapshot && drawSample(before, snapshot, context);
  const [refreshed] = await Promise.all([
    refresh({ ...request, ...because }, service),
    snapshot && withTimeout(publishHead(service), deadline.remaining()),
    snapshot && withTimeout(reportHotKeys(service), deadline.remaining()),
  ]);
  const { saved } = refreshed;
  if (saved !== undefined && 'record' in saved && snapshot !== undefined) {
    service.memory.remember(key, { entry: entryOf(saved.record), snapshot });
  }
  return { ...refreshed, sample };
}

/** Never below the stored record's block, unless no node has that block and it is not on the chain (rule SAVE-8). */
async function blockToRead(
  stored: EntityRecord | undefined,
  tip: PinnedBlock,
  tipAt: (height: number) => Promise<PinnedBlock>,
  service: LookupContext['service'],
): Promise<{ readonly block: PinnedBlock; readonly isOrphaned: boolean }> {
  if (stored === undefined || stored.block.height <= tip.height) return { block: tip, isOrphaned: false };
  try {
    return { block: await tipAt(stored.block.height), isOrphaned: false };
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    if ((await orphanReason(stored.block, tip.height, service)) === undefined) throw error;
    return { block: tip, isOrphaned: true };
  }
}
