import { InvalidCallError, NoAnswerError } from './errors.ts';

/** One call's time: its signal ends whatever is under way when the time is up or the caller aborts. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Milliseconds. */
  left(): number;
  /** What the work gives, while neither comes first: it may be another one's, and not know the signal. */
  during<T>(work: T | PromiseLike<T>): Promise<T>;
  /** Waits; throws `timeout` or `aborted` when that comes first. */
  wait(milliseconds: number): Promise<void>;
  /** The error of a call that the signal has ended; undefined: it has not. */
  failure(): NoAnswerError | undefined;
  /** Releases timer and listener. */
  end(): void;
}

/** A longer timer ends at once. */
const longestTimer = 2 ** 31 - 1;

/** Throws an InvalidCallError for what is no signal. */
export function startTimeLimit(milliseconds: number, now: () => number, outer?: AbortSignal): TimeLimit {
  if (outer && typeof outer.addEventListener !== 'function')
    throw new InvalidCallError('signal must be an AbortSignal');
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
  const ended = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  ended.catch(() => undefined);
  return {
    signal,
    left: () => Math.max(0, until - now()),
    during: (work) => Promise.race([work, ended]),
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
