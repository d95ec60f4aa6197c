import type { Clock } from '../../lib/domain/ports/telemetry.ts';

/** A clock that a test moves: the wall clock and the monotonic one go together. */
export const clockOf = (now: () => number): Clock => ({ now, steady: now });
