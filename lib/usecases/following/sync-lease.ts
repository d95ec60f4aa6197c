import { randomUUID } from 'node:crypto';
import type { Service } from '../../domain/service.ts';

/**
 * One runner's lease on sync. It saves work, and its fencing token refuses the writes of a runner that stalled and lost the
 * lease (rule FOLLOW-9). No claim depends on it: two runners at once are safe.
 */
export interface SyncLease {
  readonly token: number;
  /** Aborts when another runner has taken the lease. */
  readonly lost: AbortSignal;
  end(): Promise<void>;
}

const leaseMs = 15_000;
const renewEveryMs = 5_000;

/** Takes the lease and renews it until `end`. undefined: another runner holds it. Throws StoreUnavailable. */
export async function holdSyncLease({
  progress,
  clock,
  log,
}: Pick<Service, 'progress' | 'clock' | 'log'>): Promise<SyncLease | undefined> {
  const owner = randomUUID();
  const now = clock.now();
  const token = await progress.acquireSyncLease(owner, now, now + leaseMs);
  if (token === undefined) return undefined;
  const lost = new AbortController();

  async function renew(): Promise<void> {
    try {
      if (!(await progress.renewSyncLease(owner, token as number, clock.now() + leaseMs))) lost.abort();
    } catch {
      log.warn('the sync lease could not be renewed');
    }
  }

  const renewal = setInterval(() => void renew(), renewEveryMs).unref();
  return {
    token,
    lost: lost.signal,
    async end() {
      clearInterval(renewal);
      // Where the release fails, the lease expires.
      await progress.releaseSyncLease(owner, token).catch(() => undefined);
    },
  };
}
