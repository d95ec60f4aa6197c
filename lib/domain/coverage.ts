import type { Coverage } from './reconciliation.ts';

/** What a person asks of it first. */
export interface CoverageFigures extends Coverage {
  /** Of `verified` in `records`; null: there is no record, and nothing is proved. */
  readonly share: number | null;
  /** How long the oldest one has waited when this was counted; null where that is not known. */
  readonly oldestSeconds: number | null;
}

export const coverageFigures = (coverage: Coverage): CoverageFigures => ({
  ...coverage,
  share: coverage.records === 0 ? null : coverage.verified / coverage.records,
  oldestSeconds: secondsBetween(coverage.oldest, coverage.at),
});

/** Of a row that was edited by hand the date may be none, or one that is yet to come by more than clocks differ. */
function secondsBetween(oldest: string | null, at: string): number | null {
  const seconds = (Date.parse(at) - Date.parse(oldest ?? '')) / 1_000;
  return seconds > -3_600 ? Math.max(0, Math.round(seconds)) : null;
}
