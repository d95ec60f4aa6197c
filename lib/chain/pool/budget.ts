/**
 * Limits the requests beyond one per call. Each call earns a share of one; some are there from the start. However many
 * things go wrong, retries and hedges add no more than that to the load.
 */
export interface Budget {
  earn(): void;
  /** False when none is left. */
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
