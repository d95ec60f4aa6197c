import type { Answer } from '../../domain/answer.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import { ageSeconds } from '../../domain/claim.ts';
import { countdown, withTimeout } from '../../domain/deadline.ts';
import { absentSeconds } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { Freshness } from '../../domain/freshness.ts';
import { noProgress } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import { orphanReason } from '../observing/orphaned-block.ts';
import { newestTip, publishHead } from '../observing/tip.ts';
import { entryOf } from '../saving/cache-entry.ts';
import { bestEffort, storeDeadlineShare, trusted } from '../store-access.ts';
import { answerFrom, type Judged } from './answer-from.ts';
import type { LookupContext } from './lookup-context.ts';
import { type Refreshed, refresh } from './refresh.ts';
import { reportHotKeys } from './report-hot-keys.ts';
import { type DriftSample, drawSample, reportSample } from './sample.ts';
import { singleFlight } from './single-flight.ts';

/** Of a read's deadline, what is kept back for the database's answer when no node answers in time. */
const databaseShare = 0.2;

interface Read extends Refreshed {
  readonly sample: DriftSample | undefined;
}

/** One observation per entity and block at a time in this process, at a block no lower than anything served already. */
export async function fromChain(reading: LookupContext, use: (judged: Judged) => Freshness): Promise<Answer> {
  const { ref, key, definition, options, service, snapshot } = reading;
  const signal = reading.deadline.signal(1 - databaseShare);
  const read = async () => {
    const block = await tipFor(reading, service.memory.served(key), signal, options.minHeight);
    return service.memory.flight(`${key}@${block.height}`, () => readChain(reading, block, signal));
  };
  // Whoever wants the chain's own word has it; and without the store nobody hears of anybody.
  const begin = () => (options.noCache || snapshot === undefined ? read() : singleFlight(reading, use, read, signal));
  // Whoever waits for a height waits alone: it is nobody else's wish.
  const floor = service.memory.served(key);
  const shared = await (options.minHeight === undefined ? service.memory.flight(key, begin) : read());
  if ('followed' in shared && !options.noCache && use(shared.followed) === 'fresh') {
    return answerFrom(definition, shared.followed, { source: 'cache', stale: false, cache: 'collapsed' });
  }
  // One that began before a higher block was served would take this process's answers back in time.
  const isHighEnough = !('followed' in shared) && shared.observation.block.height >= floor;
  const { observation, bases, conflict, sample } = isHighEnough ? shared : await read();
  const { value } = observation;
  const head = service.memory.head();
  const age = head === undefined ? 0 : ageSeconds(observation.block, head, service.clock.now());
  const freshSeconds = value === null ? absentSeconds : definition.freshSeconds(value);
  const joined = (name: string) => bases.find((basis) => basis.name === name)?.joined;
  const answer: Answer = {
    ref,
    data: value === null ? null : definition.present(ref.id, value, joined),
    source: 'chain',
    stale: age > freshSeconds,
    block: observation.block,
    verifiedThrough: observation.block,
    age,
    freshSeconds,
    cache: 'miss',
    conflict: conflict ?? null,
  };
  if (sample?.by === reading) await reportSample(sample, answer);
  return answer;
}

/** A block at or above what the caller, this process and the cursor have reached. */
function tipFor(
  { snapshot, service, shared }: LookupContext,
  least: number,
  signal: AbortSignal,
  minHeight?: number,
): Promise<PinnedBlock> {
  const progress = snapshot?.progress ?? noProgress;
  const atLeast = Math.max(least, progress.cursor?.height ?? 0);
  return newestTip({ atLeast, minHeight, progress, signal, shared }, service);
}

/** Reads and saves; below a block at which the store has the entity already nothing is read. */
async function readChain(reading: LookupContext, tip: PinnedBlock, signal: AbortSignal): Promise<Read> {
  const { ref, key, definition, snapshot, service, deadline } = reading;
  // What the chain has taken until here is not the store's doing.
  const storeTime = countdown(Math.min(service.limits.deadlineMs * storeDeadlineShare, deadline.remaining()));
  const asked = snapshot && service.records.get(ref).then((record) => ({ record }));
  const found = asked && (await bestEffort(asked, storeTime, service));
  const before = found?.record;
  const stored = snapshot && trusted(before, snapshot);
  const tipAt = (height: number) => tipFor(reading, height, signal);
  const { block, isOrphaned } = await beyond(stored, tip, tipAt, reading);
  const refreshing = { definition, ref, block, before, snapshot, signal, deadline, tipAt, isOrphaned } as const;
  const sample = found && snapshot && drawSample(before, snapshot, reading);
  const [refreshed] = await Promise.all([
    refresh({ ...refreshing, cause: 'lookup' }, service),
    snapshot && withTimeout(publishHead(service), deadline.remaining()),
    snapshot && withTimeout(reportHotKeys(service), deadline.remaining()),
  ]);
  const { saved } = refreshed;
  if (saved !== undefined && 'record' in saved && snapshot !== undefined) {
    service.memory.remember(key, { entry: entryOf(saved.record), snapshot });
  }
  return { ...refreshed, sample };
}

/** Never below what is stored, unless that is of a block which no node has, and which is none. */
async function beyond(
  stored: EntityRecord | undefined,
  tip: PinnedBlock,
  tipAt: (height: number) => Promise<PinnedBlock>,
  { service }: LookupContext,
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
