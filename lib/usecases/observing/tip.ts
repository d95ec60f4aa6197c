import type { PinnedBlock } from '../../domain/block.ts';
import { abortIn, type Deadline, pause, unlessAborted } from '../../domain/deadline.ts';
import { ChainUnavailable, LookupError } from '../../domain/errors.ts';
import { newestHead, type Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';

/** What the items of a batch have in common: one tip, which the first that needs it asks for, and one deadline. */
export interface SharedTip {
  block?: Promise<PinnedBlock>;
  readonly deadline: Deadline;
}

export interface TipQuery {
  /** The height below which nothing may be read: what was served, stored or followed already. */
  readonly atLeast: number;
  /** The height that the caller waits for. */
  readonly minHeight?: number | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly shared: Pick<SharedTip, 'block'> | undefined;
}

const pollMs = 250;
/** Of the ordinary deadline, what finding the tip may take: it is one call, whatever patience a kind asks for. */
const tipShare = 0.8;

/** The newest block of a healthy node, at or above what was reached already; a batch finds it once for all its items. */
export async function newestTip(wish: TipQuery, service: Service): Promise<PinnedBlock> {
  const { atLeast, shared } = wish;
  const found = shared?.block ?? highEnough(wish, service);
  if (shared !== undefined) shared.block = found;
  const block = await found;
  return block.height >= atLeast ? block : ask(atLeast, wish, service);
}

/** Waits for a block that the caller asked for until its time is up, then `too_old`. */
async function highEnough(wish: TipQuery, service: Service): Promise<PinnedBlock> {
  const { minHeight = 0, signal } = wish;
  const until = AbortSignal.any([signal, abortIn(service.limits.deadlineMs * tipShare)]);
  for (;;) {
    const block = await ask(0, wish, service);
    if (block.height >= minHeight) return block;
    await pause(pollMs, until);
    if (until.aborted) {
      throw new LookupError('too_old', `the newest block is ${block.height}, not yet ${minHeight}`, {
        retryable: true,
      });
    }
  }
}

/** One status call serves all that ask at the same time; only who needs more than it found asks for that. */
async function ask(height: number, { progress, signal: own }: TipQuery, service: Service): Promise<PinnedBlock> {
  const { memory, chain, clock, limits } = service;
  const flight = memory.flight(`tip ${height}`, async () => {
    // A time of its own: whoever joins the flight came later, and has longer.
    const signal = abortIn(limits.deadlineMs * tipShare);
    const knownHead = newestHead(progress.head, memory.head());
    const block = await chain.tip({ atLeast: height, knownHead, nodes: progress.nodes, signal });
    const { height: reached, hash, timestamp } = block;
    memory.seeHead({ height: reached, hash, timestamp, seenAt: new Date(clock.now()).toISOString() });
    return block;
  });
  // A flight has the time of whoever began it: nobody outstays their own in it.
  const block = await unlessAborted(flight, own);
  if (block === undefined) throw new ChainUnavailable('no node answered in time');
  return block;
}

/** Tells the store of the newest tip, at most once a second: every answer's age is counted from it. */
export async function publishHead({ memory, progress, network, log }: Service): Promise<void> {
  const head = memory.unpublishedHead();
  if (head !== undefined) await progress.seeHead(head, network).catch(() => log.warn('the head could not be kept'));
}
