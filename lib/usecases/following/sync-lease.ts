import { randomUUID } from 'node:crypto';
import type { Service } from '../../domain/service.ts';

/** One runner's turn at sync. It saves work, and refuses a runner that stalled and comes late; what is right does not rest on it. */
export interface SyncLease {
  readonly token: number;
  /** Aborts when another runner has taken over. */
  readonly lost: AbortSignal;
  end(): Promise<void>;
}

const turnMs = 15_000;
const renewEveryMs = 5_000;

/** Taken, and renewed while it is held; undefined where another runner has it. */
export async function holdSyncLease({
  progress,
  clock,
  log,
}: Pick<Service, 'progress' | 'clock' | 'log'>): Promise<SyncLease | undefined> {
  const owner = randomUUID();
  const now = clock.now();
  const token = await progress.acquireSyncLease(owner, now, now + turnMs);
  if (token === undefined) return undefined;
  const lost = new AbortController();

  async function renew(): Promise<void> {
    try {
      if (!(await progress.renewSyncLease(owner, token as number, clock.now() + turnMs))) lost.abort();
    } catch {
      log.warn('the turn at sync could not be renewed');
    }
  }

  const renewal = setInterval(() => void renew(), renewEveryMs).unref();
  return {
    token,
    lost: lost.signal,
    async end() {
      clearInterval(renewal);
      // It ends by itself where this fails.
      await progress.releaseSyncLease(owner, token).catch(() => undefined);
    },
  };
}
