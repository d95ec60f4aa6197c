import type { Clock } from '../../domain/ports/telemetry.ts';

/** So many calls per second, and a quarter of a second's worth of them at once. */
export interface TokenBucket {
  /** Milliseconds until the next call may be made. */
  readonly waitMs: number;
  /** Takes the next call's turn; how many milliseconds to wait for it. */
  take(): number;
  /** A turn that was taken and is not used. */
  giveBack(): void;
}

const burstSeconds = 0.25;

export function createTokenBucket(limit: number | null, clock: Clock): TokenBucket {
  if (limit === null) return { waitMs: 0, take: () => 0, giveBack: () => undefined };
  const perSecond = limit;
  const size = Math.max(1, perSecond * burstSeconds);
  let tokens = size;
  let filledAt = clock.now();

  /** Below zero: so many turns are taken already by those who wait. */
  function fill(): number {
    const now = clock.now();
    tokens = Math.min(size, tokens + (Math.max(0, now - filledAt) / 1000) * perSecond);
    filledAt = now;
    return Math.max(0, Math.ceil(((1 - tokens) / perSecond) * 1000));
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
    giveBack() {
      tokens += 1;
    },
  };
}
