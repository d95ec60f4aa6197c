/** The time of one request: it ends by itself, or when the signal says so. One timer, since there is one per request. */
export interface Attempt {
  readonly ended: boolean;
  /** What is to be done when it ends early. */
  onEnd: () => void;
  /** Rejects when the attempt ends first. */
  beforeEnd<T>(outcome: Promise<T>): Promise<T>;
  /** It was answered. */
  close(): void;
}

export function createAttempt(milliseconds: number, signal: AbortSignal): Attempt {
  const end = (): void => {
    attempt.ended = true;
    attempt.onEnd();
  };
  const timer = setTimeout(end, milliseconds);
  const attempt = {
    ended: signal.aborted,
    onEnd: () => {},
    beforeEnd: <T>(outcome: Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        attempt.onEnd = () => reject(new Error('ended'));
        if (attempt.ended) attempt.onEnd();
        outcome.then(resolve, reject);
      }),
    close() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      attempt.onEnd = () => {};
    },
  };
  signal.addEventListener('abort', end, { once: true });
  return attempt;
}
