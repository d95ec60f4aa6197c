/** A read's whole time. Nothing that a reader waits for outlasts it. */
export interface Deadline {
  /** Milliseconds. */
  remaining(): number;
  /** Aborts when this share of what remains has passed. */
  signal(share?: number): AbortSignal;
}

/** How many milliseconds are left of something. */
export type Remaining = () => number;

/** Counted by the process's own time, whatever the service's clock says. */
export function countdown(milliseconds: number): Remaining {
  const end = performance.now() + milliseconds;
  return () => Math.max(0, end - performance.now());
}

/** Never beyond `outer`. */
export function deadlineIn(milliseconds: number, outer?: Deadline): Deadline {
  const remaining = countdown(Math.min(milliseconds, outer?.remaining() ?? milliseconds));
  return { remaining, signal: (share = 1) => abortIn(remaining() * share) };
}

/** Aborts after so many milliseconds. Like every wait here it is a timer of the process, which a test may run ahead. */
export function abortIn(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), Math.ceil(milliseconds)).unref();
  return controller.signal;
}

/** Resolves after so many milliseconds, or at once when the signal says so. */
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

/** The outcome, or undefined when the time is up first. What was begun goes on; nobody waits for it. */
export function withTimeout<T>(outcome: Promise<T>, milliseconds: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds, undefined);
    outcome.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The same, until a signal says so. */
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
