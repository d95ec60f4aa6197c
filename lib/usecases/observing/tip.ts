import type { BlockRef, PinnedBlock } from '../../domain/block.ts';
import { abortIn, countdown, type Deadline, pause, unlessAborted } from '../../domain/deadline.ts';
import { BlockNotServed, ChainUnavailable, LookupError } from '../../domain/errors.ts';
import { newestHead, type Progress } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

/** What the items of a batch share: one tip, which the first item that needs it asks for, and one deadline. */
export interface SharedTip {
  block?: Promise<PinnedBlock> | undefined;
  /** How many times the shared tip was not found, or was not served. */
  failures?: number;
  readonly deadline: Deadline;
}

export interface TipQuery {
  /** No block below this height will do: it was served, stored or followed already. */
  readonly atLeast: number;
  /** The height that the caller waits for. */
  readonly minHeight?: number | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly shared: Pick<SharedTip, 'block' | 'failures'> | undefined;
}

const pollMs = 250;
/** Share of the ordinary deadline that finding the tip may take. It is one call, so a kind's patience does not extend it. */
const tipShare = 0.8;

/** How many blocks a piece of work is begun at, where nodes do not serve what they report. */
const blocksTried = 5;

/**
 * Runs the work at the newest block. Where no node serves that block after all, the work is begun again at the best block
 * that they do serve (rule ANSWER-5), within the signal. The one place for it: whatever begins at the tip goes through here.
 */
export async function atNewestTip<T>(
  query: TipQuery | (() => Promise<TipQuery>),
  service: Service,
  work: (block: PinnedBlock) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const asked = typeof query === 'function' ? await query() : query;
    const block = await newestTip(asked, service);
    try {
      return await work(block);
    } catch (error) {
      if (!(error instanceof BlockNotServed) || attempt === blocksTried || asked.signal.aborted) throw error;
      service.log.info('begun again: no node serves the newest block', { block: block.height });
      service.memory.forgetHead(block);
      const { shared } = asked;
      if (shared !== undefined && (await shared.block?.catch(() => undefined)) === block) forgetShared(shared);
    }
  }
}

/** The newest block of a healthy node, at or above `atLeast` (rule CLAIM-8). A batch finds it once for all its items. */
export async function newestTip(query: TipQuery, service: Service): Promise<PinnedBlock> {
  const { atLeast, shared, signal } = query;
  const found = shared?.block ?? waitForHeight(query, service);
  if (shared !== undefined) shared.block = found;
  try {
    const block = await found;
    return block.height >= atLeast ? block : await askForTip(atLeast, query, service);
  } catch (error) {
    if (!(error instanceof ChainUnavailable) || shared === undefined || signal.aborted) throw error;
    if (shared.block === found) forgetShared(shared);
    // One failure is not that of the whole batch: its items ask again, together.
    if (shared.block === found) throw error;
    return newestTip(query, service);
  }
}

/** An outage must not make every item wait for its own time-out. */
const sharedFailures = 3;

function forgetShared(shared: NonNullable<TipQuery['shared']>): void {
  shared.failures = (shared.failures ?? 0) + 1;
  if (shared.failures < sharedFailures) shared.block = undefined;
}

/**
 * Polls until the tip reaches the caller's `minHeight`; throws `too_old` when the time is up, or at once where the blocks that
 * are missing cannot come in time.
 */
async function waitForHeight(query: TipQuery, service: Service): Promise<PinnedBlock> {
  const { minHeight = 0, signal, progress } = query;
  const remaining = countdown(service.limits.deadlineMs * tipShare);
  const until = AbortSignal.any([signal, abortIn(remaining())]);
  for (;;) {
    const block = await askForTip(0, query, service);
    if (block.height >= minHeight) return block;
    const missing = minHeight - block.height;
    const { expectedMs } = expectation(minHeight, block, progress, service);
    // The next block may come earlier than usual; the one after it never comes with it.
    if (missing === 1 || expectedMs <= remaining()) await pause(pollMs, until);
    if (until.aborted || (missing > 1 && expectedMs > remaining())) {
      throw tooOld(`the newest block is ${block.height}, not yet ${minHeight}`, minHeight, block, progress, service);
    }
  }
}

/** `too_old`: the caller's `minHeight` is not reached. `Retry-After` is by the observed time between blocks. */
export function tooOld(
  message: string,
  minHeight: number,
  newest: Pick<BlockRef, 'height' | 'timestamp'>,
  progress: Progress,
  service: Pick<Service, 'clock'>,
): LookupError {
  const { expectedMs, usual } = expectation(minHeight, newest, progress, service);
  // A block that is overdue may come at any time: then one more block's time.
  const retryAfter = Math.min(Math.ceil((expectedMs > 0 ? expectedMs : usual) / 1000), longestRetrySeconds);
  return new LookupError('too_old', message, { retryable: true, retryAfter });
}

/** In how many milliseconds the block is expected; not above 0 where it is overdue. `usual`: between two blocks. */
function expectation(
  minHeight: number,
  newest: Pick<BlockRef, 'height' | 'timestamp'>,
  progress: Progress,
  { clock }: Pick<Service, 'clock'>,
) {
  const usual = blockMs(progress, newest);
  return { usual, expectedMs: (minHeight - newest.height) * usual - (clock.steady() - Date.parse(newest.timestamp)) };
}

/** The least time between blocks on mainnet, for where none was observed. */
const usualBlockMs = 8_000;
const longestRetrySeconds = 60;

/** Milliseconds between blocks, as observed from the cursor to the newest block. */
function blockMs({ cursor }: Progress, { height, timestamp }: Pick<BlockRef, 'height' | 'timestamp'>): number {
  if (cursor === null || height <= cursor.height) return usualBlockMs;
  return Math.max(0, Date.parse(timestamp) - Date.parse(cursor.timestamp)) / (height - cursor.height) || usualBlockMs;
}

/** Concurrent callers share one status call. Only a caller that needs a higher block than it found asks again. */
async function askForTip(
  height: number,
  { progress, signal: ownSignal }: TipQuery,
  service: Service,
): Promise<PinnedBlock> {
  const { memory, chain, clock, limits } = service;
  const flight = memory.flight(`tip ${height}`, async () => {
    // Not the first caller's signal: a caller that joins later has more time.
    const signal = abortIn(limits.deadlineMs * tipShare);
    // What a node says was so when it was asked at the latest: this process may be frozen before it reads the answer.
    const asked = clock.steady();
    const knownHead = newestHead(progress.head, memory.head(), clock.steady());
    const block = await chain.tip({ atLeast: height, knownHead, nodes: progress.nodes, signal });
    const { height: reached, hash, timestamp } = block;
    memory.seeHead({
      height: reached,
      hash,
      timestamp,
      seenAt: new Date(clock.now() - (clock.steady() - asked)).toISOString(),
    });
    return block;
  });
  // Each caller leaves the shared flight when its own time is up.
  const block = await unlessAborted(flight, ownSignal);
  if (block === undefined) throw new ChainUnavailable('no node answered in time');
  return block;
}

/**
 * The height below which a record is never read again, so that no reading goes back in time. The record's own block does
 * not count where it is above every known head: such a block does not exist (rule SAVE-8).
 */
export function lowestReadHeight(
  record: Pick<EntityRecord, 'block'> | undefined,
  { cursor, mark, head }: Progress,
  { memory }: Pick<Service, 'memory'>,
): number {
  const height = record?.block.height ?? 0;
  const heights = [head?.height ?? 0, memory.head()?.height ?? 0];
  const highest = Math.max(...heights) || height;
  return Math.max(cursor?.height ?? 0, mark ?? 0, height <= highest ? height : 0);
}

/** Stores the newest tip, at most once a second: every answer's age is counted from it (rule CLAIM-7). */
export async function publishHead({ memory, progress, network, log }: Service): Promise<void> {
  const head = memory.unpublishedHead();
  if (head !== undefined)
    await progress.seeHead(head, network, memory.fork()).catch(() => log.warn('the head was not stored'));
}
