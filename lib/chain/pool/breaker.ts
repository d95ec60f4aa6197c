/** Counts the outcomes of attempts at one node, and opens when too many of the latest ones failed. */
export interface Breaker {
  readonly isOpen: boolean;
  /** Runs the attempt to call `method`, open or not. While the breaker is closed its outcome counts. */
  run<T>(method: string, attempt: () => Promise<T>): Promise<T>;
  /** Opens it because another process did. */
  open(): void;
  /** Closes it and starts to count anew. */
  close(): void;
}

/** The latest outcomes that count, and how many there must be before the breaker may open. */
const windowSize = 10;
const leastOutcomes = 5;

/**
 * The breaker does not know when to try again: all processes share that (`shared-node-state.ts`). It does not know what a
 * failure is either: an error for which `isFailure` is false counts neither as a failure nor as a success. `onOpen` gets the
 * failure that opened the breaker.
 */
export function createBreaker(
  isFailure: (error: unknown) => boolean,
  onOpen: (error: unknown, method: string) => void,
): Breaker {
  let isOpen = false;
  /** True for each failure, oldest first. */
  let outcomes: boolean[] = [];

  /**
   * Counts an outcome. True: it opened the breaker. `counted` is the list of when the attempt began: one that outlasts `close`
   * counts no more.
   */
  function count(failed: boolean, counted: boolean[]): boolean {
    if (isOpen || counted !== outcomes) return false;
    outcomes.push(failed);
    if (outcomes.length > windowSize) outcomes.shift();
    isOpen = failed && isTooMany(outcomes);
    return isOpen;
  }

  return {
    get isOpen() {
      return isOpen;
    },
    async run(method, attempt) {
      const counted = outcomes;
      try {
        const value = await attempt();
        count(false, counted);
        return value;
      } catch (error) {
        if (isFailure(error) && count(true, counted)) onOpen(error, method);
        throw error;
      }
    },
    open() {
      isOpen = true;
    },
    close() {
      isOpen = false;
      outcomes = [];
    },
  };
}

/** Half of them: a node that drops every second call is useless. */
const isTooMany = (outcomes: readonly boolean[]): boolean =>
  outcomes.length >= leastOutcomes && outcomes.filter((failed) => failed).length * 2 >= outcomes.length;
