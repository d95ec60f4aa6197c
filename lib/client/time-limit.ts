import { NoAnswerError } from './errors.ts';

/** One call's time: its signal ends whatever is under way when the time is up or the caller aborts. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Milliseconds. */
  left(): number;
  /** Waits; throws `timeout` or `aborted` when that comes first. */
  wait(milliseconds: number): Promise<void>;
  /** The error of a call that the signal has ended; undefined: it has not. */
  failure(): NoAnswerError | undefined;
  /** Releases timer and listener. */
  end(): void;
}

/** A longer timer ends at once. */
const longestTimer = 2 ** 31 - 1;

export function startTimeLimit(milliseconds: number, now: () => number, outer?: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const { signal } = controller;
  const until = now() + milliseconds;
  const seconds = milliseconds / 1_000;
  const timer = setTimeout(
    () => controller.abort(new NoAnswerError('timeout', `no answer within ${seconds} s`)),
    Math.min(milliseconds, longestTimer),
  );
  const onAbort = () => controller.abort(new NoAnswerError('aborted', 'the caller has aborted', outer?.reason));
  if (outer?.aborted) onAbort();
  else outer?.addEventListener('abort', onAbort, { once: true });
  return {
    signal,
    left: () => Math.max(0, until - now()),
    wait: (pause) =>
      new Promise((resolve, reject) => {
        const stop = () => {
          clearTimeout(pausing);
          reject(signal.reason);
        };
        const pausing = setTimeout(() => {
          signal.removeEventListener('abort', stop);
          resolve();
        }, pause);
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      }),
    failure: () => (signal.aborted ? (signal.reason as NoAnswerError) : undefined),
    end: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onAbort);
    },
  };
}
