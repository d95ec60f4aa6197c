/** Seconds in words, by the largest unit that fits twice. */
export function durationText(seconds: number): string {
  const units = [
    [86_400, 'days'],
    [3_600, 'h'],
    [60, 'min'],
  ] as const;
  const unit = units.find(([length]) => seconds >= 2 * length);
  return unit === undefined ? `${Math.round(seconds)} s` : `${Math.floor(seconds / unit[0])} ${unit[1]}`;
}

/** `2026-11-30 12:59:13`, in UTC. */
export const momentText = (at: string): string => at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '');
