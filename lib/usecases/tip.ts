import { setTimeout as wait } from 'node:timers/promises';
import type { PinnedBlock } from '../domain/chain.ts';
import { LookupError } from '../domain/errors.ts';
import type { Progress } from '../domain/progress.ts';
import type { Service } from '../domain/service.ts';

/** One tip for all items of a batch: the first that needs it asks. */
export interface SharedTip {
  block?: Promise<PinnedBlock>;
}

export interface TipWish {
  /** The height below which nothing may be read: what was served, stored or followed already. */
  readonly atLeast: number;
  /** The height that the caller waits for. */
  readonly minHeight: number | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

const pollMs = 250;
/** Of the ordinary deadline, what finding the tip may take. */
const tipShare = 0.8;

/** The newest block of a healthy node; waits for a block that the caller asked for until the deadline, then `too_old`. */
export async function newestTip(wish: TipWish, service: Service, shared?: SharedTip): Promise<PinnedBlock> {
  const { signal, minHeight = 0 } = wish;
  // The tip is one call: a kind whose reading may take longer has no more patience for it than the others.
  const until = AbortSignal.any([signal, AbortSignal.timeout(service.limits.deadlineMs * tipShare)]);
  for (;;) {
    const block = await askOnce(wish, service, shared);
    if (block.height >= minHeight) return block;
    if (shared !== undefined) delete shared.block;
    await wait(pollMs, undefined, { signal: until }).catch(() => {
      throw new LookupError('too_old', `the newest block is ${block.height}, not yet ${minHeight}`, {
        retryable: true,
      });
    });
  }
}

/** One status call serves all that ask at the same time; only who needs more than it found asks for that. */
async function askOnce(
  { atLeast, progress }: TipWish,
  service: Service,
  shared: SharedTip | undefined,
): Promise<PinnedBlock> {
  const { memory, chain, limits } = service;
  const knownHead = Math.max(progress.head?.height ?? 0, memory.head()?.height ?? 0);
  const ask = (height: number) =>
    memory.flight(`tip ${height}`, async () => {
      // A deadline of its own: whoever joins the flight came later, and has longer.
      const signal = AbortSignal.timeout(limits.deadlineMs * tipShare);
      return see(await chain.tip({ atLeast: height, knownHead, signal }), service);
    });
  const found = shared?.block ?? ask(0);
  if (shared !== undefined) shared.block = found;
  const block = await found;
  return block.height >= atLeast ? block : ask(atLeast);
}

/** Remembers the tip, and tells the store at most once a second: every answer's age is counted from it. */
async function see(block: PinnedBlock, { memory, progress, clock, network, log }: Service): Promise<PinnedBlock> {
  const { height, hash, timestamp } = block;
  const head = { height, hash, timestamp, seenAt: new Date(clock.now()).toISOString() };
  if (memory.seeHead(head)) {
    await progress.seeHead(head, network).catch(() => log.warn('the head could not be kept'));
  }
  return block;
}
