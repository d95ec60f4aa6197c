/** Clocks that are set differ by less. */
const clockSlackMs = 60_000;

/**
 * The latest end (milliseconds since the epoch) that a lease may have for it to be kept from one who would hold it until `until`. A later
 * one was set by a clock that is far ahead, or before this one was set back, and must not hold others up until then. A lease only saves
 * work.
 */
export const latestEndOfLease = (until: number): number => until + clockSlackMs;
