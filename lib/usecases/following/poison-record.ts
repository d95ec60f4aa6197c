import { digestOf } from '../../domain/digest.ts';
import { ChainUnavailable, StoreUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import type { NotedTick } from '../../domain/tick.ts';
import { Overtaken } from './following.ts';

/**
 * One record or basis could not be read, while blocks and tip could. It ends the tick for now; once the failure is
 * permanent, sync goes on without this record (rule FOLLOW-6).
 */
export class PoisonRecord extends ChainUnavailable {
  override readonly name = 'PoisonRecord';
  /** Ref key. */
  readonly at: string;
  /** What the tick notes of all that could not be read in it. */
  readonly noted: Pick<NotedTick, 'unread' | 'hasReadOthers'>;

  constructor(at: string, cause: Error, noted: PoisonRecord['noted'] = {}) {
    super(cause.message, { cause });
    this.at = at;
    this.noted = noted;
  }
}

/** The error to throw for a failed reading of this record. Only a failure of the chain is attributed to the record. */
export const asPoisonRecord = (at: string, error: unknown): unknown =>
  error instanceof ChainUnavailable && !(error instanceof PoisonRecord) ? new PoisonRecord(at, error) : error;

/** What a tick notes of a ref key: hundreds of them have to fit into one item of the store. */
export const shortName = (at: string): string => digestOf(at).slice(0, 12);

/** A value that the same node has given twice, and that cannot be used. */
class GivenTwice extends ChainUnavailable {
  override readonly name = 'GivenTwice';
}

/**
 * Reads once more where the only node that can be asked gave something that cannot be used: its word twice stands for the
 * word of two nodes. A reading is pinned to a block, so what a node gives twice was not damaged on its way.
 */
export async function readTwice<T>(read: () => Promise<T>, { chain }: Pick<Service, 'chain'>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnusableAnswer) || isGivenByTwo(error) || chain.nodes().length > 1) throw error;
    return read().catch((again: unknown) => {
      throw again instanceof UnusableAnswer ? new GivenTwice(again.message, { cause: again }) : again;
    });
  }
}

const isGivenByTwo = (error: UnusableAnswer): boolean => error.givenBy >= 2;

/**
 * Whether it is certain at once that trying again is useless: a value that two nodes give, or one node twice, and that
 * cannot be used, or a defect in the code. Failures of the store, a lost lease and an exhausted time budget say nothing
 * about the record.
 */
export function isCertain(error: unknown, signal: AbortSignal): boolean {
  if (error instanceof StoreUnavailable || error instanceof Overtaken || signal.aborted) return false;
  if (error instanceof UnusableAnswer) return isGivenByTwo(error);
  return error instanceof GivenTwice || !(error instanceof ChainUnavailable);
}

const ticksBeforePermanent = 3;

/**
 * Whether trying again is useless: see `isCertain`, or enough ticks since the last progress have failed at this very
 * record (`at`, a ref key). Throws StoreUnavailable.
 */
export async function isPermanentFailure(
  error: unknown,
  at: string,
  signal: AbortSignal,
  service: Pick<Service, 'progress'>,
): Promise<boolean> {
  if (isCertain(error, signal)) return true;
  if (!(error instanceof ChainUnavailable) || error instanceof StoreUnavailable || signal.aborted) return false;
  return (await failuresSoFar(service))(at) >= ticksBeforePermanent;
}

/** How often a record (by its ref key) could not be read since the last progress. Throws StoreUnavailable. */
async function failuresSoFar({ progress }: Pick<Service, 'progress'>): Promise<(at: string) => number> {
  const ticks = await ticksInVain(progress);
  return (at) => ticks.filter(({ stuckAt, unread }) => stuckAt === at || unread?.includes(shortName(at))).length;
}

async function ticksInVain(progress: Service['progress']): Promise<readonly NotedTick[]> {
  const ticks = await progress.ticks();
  const lastProgress = ticks.findIndex(({ to }) => to !== null);
  return lastProgress < 0 ? ticks : ticks.slice(0, lastProgress);
}

/** Of all that could not be read for want of an answer, what has been tried often enough. Throws StoreUnavailable. */
export async function triedEnough(
  failed: readonly PoisonRecord[],
  hasReadOthers: boolean,
  service: Pick<Service, 'progress'>,
): Promise<readonly PoisonRecord[]> {
  const failures = await failuresSoFar(service);
  const enough = failed.filter(({ at }) => failures(at) >= ticksBeforePermanent);
  if (hasReadOthers || (await ticksInVain(service.progress)).some((tick) => tick.hasReadOthers)) return enough;
  // Where nothing could be read, the fault may be the nodes': then one record is given up at a time.
  return enough.slice(0, 1);
}
