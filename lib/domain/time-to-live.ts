/** Units of the humantime crate, in which Casper writes TTLs ("30m", "1h 30m", "2days"), in nanoseconds. */
const units: ReadonlyMap<string, bigint> = new Map(
  [
    [['ns', 'nsec', 'nanos'], 1n],
    [['us', 'usec', 'micros'], 1_000n],
    [['ms', 'msec', 'millis'], 1_000_000n],
    [['s', 'sec', 'secs', 'second', 'seconds'], 1_000_000_000n],
    [['m', 'min', 'mins', 'minute', 'minutes'], 60_000_000_000n],
    [['h', 'hr', 'hrs', 'hour', 'hours'], 3_600_000_000_000n],
    [['d', 'day', 'days'], 86_400_000_000_000n],
    [['w', 'wk', 'wks', 'week', 'weeks'], 604_800_000_000_000n],
    // As humantime has them: 30.44 and 365.25 days.
    [['M', 'month', 'months'], 2_630_016_000_000_000n],
    [['y', 'yr', 'yrs', 'year', 'years'], 31_557_600_000_000_000n],
  ].flatMap(([names, size]) => (names as string[]).map((name) => [name, size as bigint] as const)),
);

/** A number, in which spaces count for nothing, and its unit. */
const part = /\s*(\d[\d\s]*)([a-zA-Z]+)/y;

/**
 * A TTL in whole milliseconds, as nodes count it; undefined when the text is not a duration, so that nothing is inferred from it.
 */
export function ttlMilliseconds(ttl: string): number | undefined {
  const text = ttl.trimEnd();
  if (text.length === 0 || text.length > 64) return undefined;
  let total = 0n;
  part.lastIndex = 0;
  while (part.lastIndex < text.length) {
    const [, count = '', unit = ''] = part.exec(text) ?? [];
    const size = units.get(unit);
    if (size === undefined) return undefined;
    total += BigInt(count.replaceAll(/\s/g, '')) * size;
  }
  const milliseconds = Number(total / 1_000_000n);
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}
