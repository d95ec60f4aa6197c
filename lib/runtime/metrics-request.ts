import { InvalidRequest } from '../domain/errors.ts';

/** A day: a local run keeps no more. */
const longestMetricMinutes = 1_440;
const usualMinutes = 180;

/** `?minutes` of a request; 180 where it is left out. Throws InvalidRequest. */
export function metricMinutesOf({ minutes }: Readonly<Record<string, string>>): number {
  if (minutes === undefined) return usualMinutes;
  const given = /^[1-9]\d{0,3}$/.test(minutes) ? Number(minutes) : 0;
  if (given >= 1 && given <= longestMetricMinutes) return given;
  throw new InvalidRequest([{ path: 'minutes', message: `must be 1 to ${longestMetricMinutes}` }]);
}
