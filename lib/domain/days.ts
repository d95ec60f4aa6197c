export const dayMs = 86_400_000;

/** The day (UTC) of a moment (milliseconds since the epoch), as `2026-01-31`. */
export const dayAt = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** This many days, today included; newest first. */
export const lastDays = (now: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => dayAt(now - at * dayMs));
