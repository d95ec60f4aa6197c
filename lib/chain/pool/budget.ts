/**
 * How many requests may be sent beyond one per call: each call earns a share of one, and some are there from the
 * beginning. Whatever goes wrong, and however often, retries and hedges add no more than that to the load.
 */
export interface Budget {
  earn(): void;
  /** False when there is none left. */
  spend(): boolean;
}

const perCall = 0.1;
const most = 10;

export function createBudget(): Budget {
  let left = most;
  return {
    earn() {
      left = Math.min(most, left + perCall);
    },
    spend() {
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
