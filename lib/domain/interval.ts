/** A share of a sample, and the limits of the share of the whole. */
export interface Interval {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % quantile of the standard normal distribution: both ends together leave out 5 %. */
const z = 1.959963984540054;

/**
 * Wilson's score interval of 95 % (E. B. Wilson, 1927). It is also valid for few samples, and for a rate of 0 or 1. null without
 * samples.
 */
export function wilson(hits: number, samples: number): Interval | null {
  if (samples === 0) return null;
  const rate = hits / samples;
  const scale = 1 + z ** 2 / samples;
  const centre = (rate + z ** 2 / (2 * samples)) / scale;
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / samples + (z / (2 * samples)) ** 2);
  return { rate, low: hits === 0 ? 0 : centre - half, high: hits === samples ? 1 : centre + half };
}
