/**
 * One figure of a run. `counts` is its unit: CPU or time as a ratio, chain reads (observations), JSON-RPC calls, store reads
 * (requests to the database; `store requests` includes writes), or seconds of a simulated clock.
 */
export interface Row {
  readonly bench: string;
  readonly counts:
    | 'CPU'
    | 'wall time'
    | 'virtual time'
    | 'chain reads'
    | 'store reads'
    | 'store requests'
    | 'calls'
    | 'ticks'
    | 'records'
    | 'KB'
    | 'bytes'
    | 'modules';
  readonly figure: string;
  /** The figure of the bare read, or the least possible figure. */
  readonly against: string;
  readonly ratio?: number;
  readonly detail?: string;
  /** Requests by method; only in the JSON output. */
  readonly made?: Readonly<Record<string, number>>;
  readonly goal?: string;
  /** undefined if there is no goal. */
  readonly met?: boolean;
}

const columns = ['bench', 'counts', 'figure', 'against', 'ratio', 'goal', 'met', 'detail'] as const;

export function tableOf(rows: readonly Row[]): string {
  const cells = [[...columns], ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const cell = (value: string | number | boolean | undefined): string =>
  value === undefined
    ? ''
    : typeof value === 'number'
      ? value.toFixed(2)
      : typeof value === 'boolean'
        ? value
          ? 'yes'
          : 'NO'
        : value;
