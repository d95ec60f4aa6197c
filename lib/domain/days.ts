const dayMs = 86_400_000;

/** UTC, as `2026-01-31`. */
export const dayAt = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** Today, and as many days before it as make up the count; newest first. */
export const lastDays = (now: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => dayAt(now - at * dayMs));
