/** A share of a sample, and between which two the share of the whole lies. */
export interface Interval {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** The standard normal distribution's 97.5 % quantile: both ends together leave out 5 %. */
const z = 1.959963984540054;

/**
 * Wilson's score interval of 95 % (E. B. Wilson, 1927): it also holds for few samples, and for none or all of them. Null
 * without a sample: nothing can be said.
 */
export function wilson(hits: number, samples: number): Interval | null {
  if (samples === 0) return null;
  const rate = hits / samples;
  const scale = 1 + z ** 2 / samples;
  const centre = (rate + z ** 2 / (2 * samples)) / scale;
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / samples + (z / (2 * samples)) ** 2);
  return { rate, low: hits === 0 ? 0 : centre - half, high: hits === samples ? 1 : centre + half };
}
