export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The ratio of each round, of two things measured one after the other in it. */
export function ratios(ours: readonly number[], bare: readonly number[]) {
  const each = ours.map((value, round) => value / (bare[round] ?? Number.NaN));
  return {
    ratio: median(each),
    detail: `${Math.min(...each).toFixed(2)}-${Math.max(...each).toFixed(2)} in ${each.length} rounds`,
  };
}
