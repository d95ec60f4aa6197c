/** So many requests that each of them still ends within its deadline on two cores. */
export const defaultMaxRequests = 64;

export interface WorkLimit {
  /** Takes a place for one request, and returns the function that gives it back; undefined: all places are taken. */
  enter(): (() => void) | undefined;
}

/** Bounds the requests that are at work at the same time, as the concurrency of functions does on AWS. */
export function createWorkLimit(places: number): WorkLimit {
  let taken = 0;
  return {
    enter() {
      if (taken >= places) return undefined;
      taken += 1;
      let isGiven = false;
      return () => {
        if (!isGiven) taken -= 1;
        isGiven = true;
      };
    },
  };
}

/**
 * Spreads refusals over the turns of the event loop. A thousand clients that ask again at once would otherwise fill each turn
 * with refusals, and a request at work, which needs dozens of turns, would miss its deadline.
 */
export function createRefusals(perTurn: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let isRunning = false;
  function run(): void {
    for (const go of waiting.splice(0, perTurn)) go();
    isRunning = waiting.length > 0;
    if (isRunning) setImmediate(run);
  }
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (isRunning) return;
      isRunning = true;
      setImmediate(run);
    });
}
