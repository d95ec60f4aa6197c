/** The time of one request: it ends by itself, or when the signal says so. */
export interface AttemptTimer {
  readonly ended: boolean;
  /** Its time begins, anew where it had begun already. */
  begin(milliseconds: number): void;
  /** What is to be done when it ends early. */
  onEnd: () => void;
  /** Rejects when the attempt ends first. */
  beforeEnd<T>(outcome: Promise<T>): Promise<T>;
  /** It was answered. */
  close(): void;
}

export function createAttempt(signal: AbortSignal): AttemptTimer {
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
