/** A timestamp as nodes read it: RFC 3339 in UTC, with a space for the T, without the Z, and with any fraction of a second. */
const form = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d):(\d\d)(?:\.(\d{1,9}))?Z?$/;

/** Milliseconds since the epoch; undefined: no node reads it. */
export function timestampMs(text: string): number | undefined {
  const [, day, minute, second, fraction = ''] = form.exec(text) ?? [];
  // A leap second counts as the second before it.
  const iso = `${day}T${minute}:${second === '60' ? '59' : second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  const instant = Date.parse(iso);
  // Date.parse takes the 31st of a short month for a day of the next.
  return instant >= 0 && new Date(instant).toISOString() === iso ? instant : undefined;
}
