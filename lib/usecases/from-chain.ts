import type { Answer } from '../domain/answer.ts';
import type { PinnedBlock } from '../domain/chain.ts';
import { ageSeconds } from '../domain/claim.ts';
import { countdown, within } from '../domain/deadline.ts';
import { absentSeconds } from '../domain/entity.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import type { Freshness } from '../domain/freshness.ts';
import { noProgress } from '../domain/progress.ts';
import type { EntityRecord } from '../domain/record.ts';
import { answerFrom, type Judged } from './answer-from.ts';
import { entryOf } from './cache-entry.ts';
import { displacement } from './displacement.ts';
import { oneLeader } from './one-leader.ts';
import { ofStore, type Reading, storeShare, trusted } from './reading.ts';
import { type Refreshed, refresh } from './refresh.ts';
import { drawSample, type Sample, tellSample } from './sample.ts';
import { tellHeat } from './tell-heat.ts';
import { newestTip, tellHead } from './tip.ts';

/** Of a read's deadline, what is kept back for the database's answer when no node answers in time. */
const databaseShare = 0.2;

interface Read extends Refreshed {
  readonly sample: Sample | undefined;
}

/** One observation per entity and block at a time in this process, at a block no lower than anything served already. */
export async function fromChain(reading: Reading, use: (judged: Judged) => Freshness): Promise<Answer> {
  const { ref, key, definition, wishes, service, snapshot } = reading;
  const signal = reading.deadline.signal(1 - databaseShare);
  const read = async () => {
    const block = await tipFor(reading, service.memory.served(key), signal, wishes.minHeight);
    return service.memory.flight(`${key}@${block.height}`, () => readChain(reading, block, signal));
  };
  // Whoever wants the chain's own word has it; and without the store nobody hears of anybody.
  const begin = () => (wishes.noCache || snapshot === undefined ? read() : oneLeader(reading, use, read, signal));
  // Whoever waits for a height waits alone: it is nobody else's wish.
  const floor = service.memory.served(key);
  const shared = await (wishes.minHeight === undefined ? service.memory.flight(key, begin) : read());
  if ('followed' in shared && !wishes.noCache && use(shared.followed) === 'fresh') {
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
  if (sample?.by === reading) await tellSample(sample, answer);
  return answer;
}

/** A block at or above what the caller, this process and the cursor have reached. */
function tipFor(
  { snapshot, service, shared }: Reading,
  least: number,
  signal: AbortSignal,
  minHeight?: number,
): Promise<PinnedBlock> {
  const progress = snapshot?.progress ?? noProgress;
  const atLeast = Math.max(least, progress.cursor?.height ?? 0);
  return newestTip({ atLeast, minHeight, progress, signal, shared }, service);
}

/** Reads and saves; below a block at which the store has the entity already nothing is read. */
async function readChain(reading: Reading, tip: PinnedBlock, signal: AbortSignal): Promise<Read> {
  const { ref, key, definition, snapshot, service, deadline } = reading;
  // What the chain has taken until here is not the store's doing.
  const storeTime = countdown(Math.min(service.limits.deadlineMs * storeShare, deadline.remaining()));
  const asked = snapshot && service.records.get(ref).then((record) => ({ record }));
  const found = asked && (await ofStore(asked, storeTime, service));
  const before = found?.record;
  const stored = snapshot && trusted(before, snapshot);
  const tipAt = (height: number) => tipFor(reading, height, signal);
  const { block, isDisplaced } = await beyond(stored, tip, tipAt, reading);
  const refreshing = { definition, ref, block, before, snapshot, signal, deadline, tipAt, isDisplaced } as const;
  const sample = found && snapshot && drawSample(before, snapshot, reading);
  const [refreshed] = await Promise.all([
    refresh({ ...refreshing, cause: 'lookup' }, service),
    snapshot && within(tellHead(service), deadline.remaining()),
    snapshot && within(tellHeat(service), deadline.remaining()),
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
  { service }: Reading,
): Promise<{ readonly block: PinnedBlock; readonly isDisplaced: boolean }> {
  if (stored === undefined || stored.block.height <= tip.height) return { block: tip, isDisplaced: false };
  try {
    return { block: await tipAt(stored.block.height), isDisplaced: false };
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    if ((await displacement(stored.block, tip.height, service)) === undefined) throw error;
    return { block: tip, isDisplaced: true };
  }
}
