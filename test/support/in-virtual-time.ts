import { jest } from '@jest/globals';
import { endVirtualTime, passUntil, startVirtualTime } from '../chain/pool/scripts/virtual-time.ts';

/** A limit against an endless wait: a day of virtual time. */
const limitSeconds = 86_400;

/**
 * Runs work that never leaves this process, so that its outcome does not depend on the machine: a timer fires only when the
 * work waits for nothing else. Modules that the work loads lazily must be loaded before.
 */
export async function inVirtualTime<T>(work: () => Promise<T>): Promise<T> {
  startVirtualTime('2026-11-24T00:00:00.000Z');
  try {
    let isDone = false;
    const outcome = work().finally(() => {
      isDone = true;
    });
    outcome.catch(() => undefined);
    await passUntil(() => isDone, limitSeconds);
    return await outcome;
  } finally {
    endVirtualTime();
  }
}

/** Drops the timers of work that has ended, such as the deadlines of its requests. */
export const dropTimers = (): void => jest.clearAllTimers();
