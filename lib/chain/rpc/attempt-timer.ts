/** The time limit of one request: it ends by itself, or when the caller's signal aborts. */
export interface AttemptTimer {
  readonly ended: boolean;
  /** Starts the time, or starts it again. */
  begin(milliseconds: number): void;
  /** Called when the time ends before `close`. */
  onEnd: () => void;
  /** The outcome; rejects when the time ends first. */
  beforeEnd<T>(outcome: Promise<T>): Promise<T>;
  /** The request is done. */
  close(): void;
}

export function createAttemptTimer(signal: AbortSignal): AttemptTimer {
  const end = (): void => {
    attempt.ended = true;
    attempt.onEnd();
  };
  let timer: NodeJS.Timeout | undefined;
  const attempt = {
    ended: signal.aborted,
    begin(milliseconds: number) {
      clearTimeout(timer);
      timer = setTimeout(end, milliseconds);
    },
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
