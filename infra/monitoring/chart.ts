import type { MetricOf } from './figure.ts';

/** The rows of the dashboard, from top to bottom. */
export const rows = ['now', 'readers', 'chain', 'following', 'truth', 'store', 'machinery'] as const;

export interface Line {
  readonly metric: MetricOf;
  readonly label: string;
}

/** A chart of what AWS itself measures. What the service measures is in lib/usecases/status/widgets.ts. */
export interface PlatformChart {
  readonly row: (typeof rows)[number];
  readonly title: string;
  readonly unit: 'count' | 'percent' | 'milliseconds' | 'seconds' | 'dollars' | 'units';
  readonly isStacked?: true;
  /** The newest figure as a number, of this many seconds. */
  readonly ofSeconds?: number;
  readonly lines: readonly Line[];
  /** Over the lines by their places, `m0`, `m1`, …: shown in their stead. */
  readonly expression?: { readonly of: string; readonly label: string };
}
