/** Milliseconds since the epoch by a clock that a change of the system's time does not move while the page is open. */
export const pageNow = (): number => performance.timeOrigin + performance.now();
