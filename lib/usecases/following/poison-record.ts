import { ChainUnavailable, StoreUnavailable } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import { Overtaken } from './following.ts';

/**
 * One record or basis could not be read, while blocks and tip could. It ends the tick for now; once the failure is
 * permanent, sync goes on without this record (rule FOLLOW-6).
 */
export class PoisonRecord extends ChainUnavailable {
  override readonly name = 'PoisonRecord';
  /** Ref key. */
  readonly at: string;

  constructor(at: string, cause: Error) {
    super(cause.message, { cause });
    this.at = at;
  }
}

/** The error to throw for a failed reading of this record. Only a failure of the chain is attributed to the record. */
export const asPoisonRecord = (at: string, error: unknown): unknown =>
  error instanceof ChainUnavailable && !(error instanceof PoisonRecord) ? new PoisonRecord(at, error) : error;

const ticksBeforePermanent = 3;

/**
 * Whether trying again is useless. A defect in the code is permanent at once. A reading that no node answers is permanent
 * when enough ticks since the last progress have failed at this very record (`at`, a ref key). Failures of the store, a lost
 * lease and an exhausted time budget say nothing about the record. Throws StoreUnavailable.
 */
export async function isPermanentFailure(
  error: unknown,
  at: string,
  signal: AbortSignal,
  { progress }: Pick<Service, 'progress'>,
): Promise<boolean> {
  if (error instanceof StoreUnavailable || error instanceof Overtaken || signal.aborted) return false;
  if (!(error instanceof ChainUnavailable)) return true;
  const ticks = await progress.ticks();
  const lastProgress = ticks.findIndex(({ to }) => to !== null);
  const withoutProgress = lastProgress < 0 ? ticks : ticks.slice(0, lastProgress);
  return withoutProgress.filter(({ stuckAt }) => stuckAt === at).length >= ticksBeforePermanent;
}
