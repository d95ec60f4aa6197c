import type { MetricOf } from './figure.ts';

/** The rows of the dashboard, from top to bottom. */
export const rows = ['now', 'readers', 'chain', 'following', 'truth', 'store', 'machinery'] as const;

/** Under the name of each row, for who sees the dashboard for the first time. */
export const rowMeans: Readonly<Record<(typeof rows)[number], string>> = {
  now: 'What stands. The description of an alarm names the paragraph of docs/operations.md that says what to do; so does `/console` of the API.',
  readers: 'What callers notice. The causes are in the rows below.',
  chain: 'The nodes: which are healthy, how fast they answer, what fails.',
  following: 'Sync, which follows the chain block by block: how far it is behind, and what its runs (ticks) do.',
  truth: 'Whether what is claimed is so: conflicts, the audit trail, reconciliation with the chain.',
  store: 'The tables: failures, latency, units read and written.',
  machinery: 'Functions, events, streams, queues, state machines and schedules.',
};

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
