import type { Clock } from '../../domain/ports/telemetry.ts';

/** Permits for so many calls per second, and for a quarter of a second's worth of them at once. */
export interface TokenBucket {
  /** Milliseconds until a permit is free. */
  readonly waitMs: number;
  /** Milliseconds until a permit is free, and half of what may be taken at once besides; 0: now. */
  readonly spareMs: number;
  /** Takes the next permit; returns the milliseconds to wait before using it. */
  take(): number;
  /** Gives back a permit that is not used. */
  release(): void;
}

const burstSeconds = 0.25;

export function createTokenBucket(limit: number | null, clock: Clock): TokenBucket {
  if (limit === null) return { waitMs: 0, spareMs: 0, take: () => 0, release: () => undefined };
  const perSecond = limit;
  const size = Math.max(1, perSecond * burstSeconds);
  /** Negative: so many permits are taken by callers that still wait. */
  let tokens = size;
  let filledAt = clock.steady();

  /** Returns the milliseconds until there are so many permits. */
  function fill(wanted = 1): number {
    const now = clock.steady();
    tokens = Math.min(size, tokens + (Math.max(0, now - filledAt) / 1000) * perSecond);
    filledAt = now;
    return Math.max(0, Math.ceil(((wanted - tokens) / perSecond) * 1000));
  }

  return {
    get waitMs() {
      return fill();
    },
    get spareMs() {
      return fill((size + 1) / 2);
    },
    take() {
      const wait = fill();
      tokens -= 1;
      return wait;
    },
    release() {
      tokens += 1;
    },
  };
}
