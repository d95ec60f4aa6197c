import { CircuitState, CountBreaker, circuitBreaker, handleWhen } from 'cockatiel';

/** Counts what comes of attempts, and opens when too many of the last ones failed. What is a failure, others say. */
export interface Breaker {
  readonly open: boolean;
  /** Runs the attempt in any case; counts it while closed. */
  run<T>(attempt: () => Promise<T>): Promise<T>;
  /** Opens it, on somebody else's word. */
  hold(): void;
  /** Closes it, and counts from the beginning. */
  close(): void;
}

/** Half of the last ten, five to begin with: a node that drops every other call is no help to anybody. */
const failures = { threshold: 0.49, size: 10, minimumNumberOfCalls: 5 };

/** When to try again is not the breaker's to say: all processes share that. */
const never = Number.MAX_SAFE_INTEGER;

export function createBreaker(isFailure: (error: Error) => boolean, onOpen: () => void): Breaker {
  let policy = closed();

  function closed() {
    const made = circuitBreaker(handleWhen(isFailure), { halfOpenAfter: never, breaker: new CountBreaker(failures) });
    made.onBreak((reason) => {
      if (!('isolated' in reason)) onOpen();
    });
    return made;
  }

  return {
    get open() {
      return policy.state !== CircuitState.Closed;
    },
    run: (attempt) => (policy.state === CircuitState.Closed ? policy.execute(attempt) : attempt()),
    hold() {
      if (policy.state === CircuitState.Closed) policy.isolate();
    },
    close() {
      policy = closed();
    },
  };
}
