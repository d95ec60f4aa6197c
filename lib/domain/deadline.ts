/** The whole time of a read: a reader waits for nothing beyond it. */
export interface Deadline {
  /** Milliseconds. */
  remaining(): number;
  /** Aborts when this share (0 to 1) of the remaining time has passed. */
  signal(share?: number): AbortSignal;
}

/** How many milliseconds are left. */
export type Remaining = () => number;

/** Counted by the process's monotonic clock, independent of the service's clock. */
export function countdown(milliseconds: number): Remaining {
  const end = performance.now() + milliseconds;
  return () => Math.max(0, end - performance.now());
}

/** A deadline that is never later than `outer`. */
export function deadlineIn(milliseconds: number, outer?: Deadline): Deadline {
  const remaining = countdown(Math.min(milliseconds, outer?.remaining() ?? milliseconds));
  return { remaining, signal: (share = 1) => abortIn(remaining() * share) };
}

/** Aborts after this time. Like every wait here it is a timer of the process, which a test can fake. */
export function abortIn(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), Math.ceil(milliseconds)).unref();
  return controller.signal;
}

/** Resolves after this time, or as soon as the signal aborts. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end, { once: true });
  });
}

/** The outcome, or undefined when the time is up first. The work goes on without a caller that waits for it. */
export function withTimeout<T>(outcome: Promise<T>, milliseconds: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds, undefined);
    outcome.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The outcome, or undefined when the signal aborts first. */
export async function unlessAborted<T>(outcome: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const stop = (): void => resolve(undefined);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([outcome, late]);
  } finally {
    signal.removeEventListener('abort', stop);
    outcome.catch(() => undefined);
  }
}
