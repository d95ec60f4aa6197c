import { jest } from '@jest/globals';

/**
 * The clock stands still until it is moved, and moves from timer to timer. Immediates stay real: after one of them, all
 * promises of this moment have settled.
 */
export function startVirtualTime(at: string): void {
  jest.useFakeTimers({
    now: Date.parse(at),
    doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'hrtime'],
  });
}

export function endVirtualTime(): void {
  jest.clearAllTimers();
  jest.useRealTimers();
}

/** Throws when it is not done within so many virtual seconds, or when no timer is left. */
export async function passUntil(isDone: () => boolean, seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (isDone()) return;
    if (jest.getTimerCount() === 0) throw new Error('no timer is left');
    jest.advanceTimersToNextTimer();
    if (Date.now() > end) throw new Error(`not done within ${seconds} virtual seconds`);
  }
}

/** Starts each one at its moment, in milliseconds from now; only the next one has a timer. */
export function atTheirTimes<T extends { readonly atMs: number }>(all: readonly T[], start: (one: T) => void): void {
  const began = Date.now();
  const [first, ...rest] = all;
  if (first === undefined) return;
  setTimeout(() => {
    const passed = Date.now() - began;
    start(first);
    atTheirTimes(
      rest.map((one) => ({ ...one, atMs: one.atMs - passed })),
      start,
    );
  }, first.atMs);
}
