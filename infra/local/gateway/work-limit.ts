/** So many requests that each of them still ends within its deadline on two cores. */
export const defaultMaxRequests = 100;

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
