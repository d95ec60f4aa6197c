/** A read's whole time. Nothing that a reader waits for outlasts it. */
export interface Deadline {
  /** Milliseconds. */
  remaining(): number;
  /** Aborts when this share of what remains has passed. */
  signal(share?: number): AbortSignal;
}

/** Counted by the process's own time, whatever the service's clock says; never beyond `outer`. */
export function deadlineIn(milliseconds: number, outer?: Deadline): Deadline {
  const end = performance.now() + Math.min(milliseconds, outer?.remaining() ?? milliseconds);
  const remaining = (): number => Math.max(0, end - performance.now());
  return { remaining, signal: (share = 1) => AbortSignal.timeout(Math.ceil(remaining() * share)) };
}

/** The outcome, or undefined when the time is up first. What was begun goes on; nobody waits for it. */
export async function inTime<T>(outcome: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let stop: (() => void) | undefined;
  const late = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([outcome, late]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
    outcome.catch(() => undefined);
  }
}
