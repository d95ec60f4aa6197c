import type { Scope } from '../../domain/reconciliation.ts';

/** `12,000`. */
export const formatNumber = (count: number): string => count.toLocaleString('en-US');

/** `1 record`, `12,000 records`. */
export const formatCount = (count: number, noun: string): string =>
  `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Rounded down, so that only a share of 1 is 100 %. */
export const formatPercent = (share: number): string => `${Math.floor(share * 1_000) / 10} %`;

export function formatScope(scope: Scope): string {
  if (scope.of === 'all') return 'all records';
  if (scope.of === 'owner') return `records of the owner ${scope.owner}`;
  const ofKind = `records of the kind ${scope.kind}`;
  return scope.of === 'kind' ? ofKind : `${ofKind} in the collection ${scope.collection}`;
}

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** In the two largest units: `1 d 3 h`, `4 min 10 s`; below a minute in tenths of a second. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first === -1 || first === units.length - 1) return `${Math.floor(milliseconds / 100) / 10} s`;
  const [[unit, size], [next, nextSize]] = [units[first] ?? units[3], units[first + 1] ?? units[3]];
  const rest = Math.floor((seconds % size) / nextSize);
  return `${Math.floor(seconds / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${next}`}`;
}
