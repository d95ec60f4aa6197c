export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Each round measures both figures. Gives the median of the ratios, and the range of the middle half. */
export function ratios(ours: readonly number[], bare: readonly number[]) {
  const each = ours.map((value, round) => value / (bare[round] ?? Number.NaN)).toSorted((a, b) => a - b);
  const quarter = each.length >> 2;
  const middle = [each[quarter], each.at(-1 - quarter)].map((ratio) => ratio?.toFixed(2)).join('-');
  return { ratio: median(each), detail: `half of ${each.length} rounds within ${middle}` };
}
