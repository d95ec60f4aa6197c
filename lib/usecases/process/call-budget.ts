import type { Clock } from '../../domain/ports/telemetry.ts';

/** So many calls in a minute: as many at once, and then as they come back. */
export interface CallBudget {
  charge(calls: number, perMinute: number): void;
  /** Seconds until work may begin whose calls are not known before it ends; 0: now. */
  waitSeconds(perMinute: number): number;
}

export function createCallBudget(clock: Clock): CallBudget {
  let spent = 0;
  let at = clock.steady();

  function settle(perMinute: number): void {
    const now = clock.steady();
    spent = Math.max(0, spent - (Math.max(0, now - at) / 60_000) * perMinute);
    at = now;
  }

  return {
    charge(calls, perMinute) {
      settle(perMinute);
      spent += calls;
    },
    waitSeconds(perMinute) {
      settle(perMinute);
      return perMinute > 0 && spent >= perMinute ? Math.ceil(((spent - perMinute + 1) / perMinute) * 60) : 0;
    },
  };
}
