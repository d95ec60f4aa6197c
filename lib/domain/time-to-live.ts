/** Units of the humantime crate, in which Casper writes TTLs ("30m", "1h 30m", "2days"), in milliseconds. */
const units: ReadonlyMap<string, number> = new Map(
  [
    [['us', 'usec', 'ns', 'nsec', 'nanos', 'micros'], 0],
    [['ms', 'msec', 'millis'], 1],
    [['s', 'sec', 'secs', 'second', 'seconds'], 1_000],
    [['m', 'min', 'mins', 'minute', 'minutes'], 60_000],
    [['h', 'hr', 'hrs', 'hour', 'hours'], 3_600_000],
    [['d', 'day', 'days'], 86_400_000],
    [['w', 'week', 'weeks'], 604_800_000],
    // As humantime has them: 30.44 and 365.25 days.
    [['M', 'month', 'months'], 2_630_016_000],
    [['y', 'year', 'years'], 31_557_600_000],
  ].flatMap(([names, size]) => (names as string[]).map((name) => [name, size as number] as const)),
);

/** A TTL in milliseconds; undefined when the text is not a duration, so that nothing is inferred from it. */
export function ttlMilliseconds(ttl: string): number | undefined {
  if (ttl.length > 64) return undefined;
  const parts = [...ttl.matchAll(/(\d+)\s*([a-zM]+)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== ttl.replaceAll(' ', '')) return undefined;
  let total = 0;
  for (const [, count, unit] of parts) {
    const size = units.get(unit ?? '');
    if (size === undefined) return undefined;
    total += Number(count) * size;
  }
  return total;
}
