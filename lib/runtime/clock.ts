import type { Clock } from '../domain/ports/telemetry.ts';

/**
 * The process's clocks. The wall clock may step in either direction, or stand still; the monotonic one may stand still while
 * the process is frozen. `steady` goes on with whichever shows more time, and never goes back: no duration is too short (rule CLAIM-7).
 */
export function createClock(wall: () => number = Date.now, monotonic: () => number = () => performance.now()): Clock {
  let offset = Number.NEGATIVE_INFINITY;
  const steady = (): number => {
    const elapsed = monotonic();
    offset = Math.max(offset, wall() - elapsed);
    return elapsed + offset;
  };
  steady();
  return { now: wall, steady };
}
