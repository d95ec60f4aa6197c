import type { Clock } from '../domain/service.ts';

/** So many calls per second, and a second's worth of them at once. */
export interface TokenBucket {
  /** Milliseconds until the next call may be made. */
  readonly waitMs: number;
  /** Takes the next call's turn; how many milliseconds to wait for it. */
  take(): number;
}

export function createTokenBucket(limit: number | null, clock: Clock): TokenBucket {
  if (limit === null) return { waitMs: 0, take: () => 0 };
  const callsPerSecond = limit;
  const size = Math.max(1, callsPerSecond);
  let tokens = size;
  let filledAt = clock.now();

  /** Below zero: so many turns are taken already by those who wait. */
  function fill(): number {
    const now = clock.now();
    tokens = Math.min(size, tokens + (Math.max(0, now - filledAt) / 1000) * callsPerSecond);
    filledAt = now;
    return Math.max(0, Math.ceil(((1 - tokens) / callsPerSecond) * 1000));
  }

  return {
    get waitMs() {
      return fill();
    },
    take() {
      const wait = fill();
      tokens -= 1;
      return wait;
    },
  };
}
