/** A record counts as verified for this time. */
export const coverageWindowMs = 86_400_000;
/** More than the clocks of two processes can differ. A date that is later was not written by this service. */
const skewMs = 3_600_000;

/** ISO 8601: a date of verification at or after this one is not valid. */
export const invalidFrom = (now: number): string => new Date(now + skewMs).toISOString();

/** How much of the store was compared with the chain of late. */
export interface Coverage {
  readonly records: number;
  /** Records that were compared with the chain, and match it, within the last 24 hours. */
  readonly verified: number;
  /** ISO 8601: when the record that has waited longest was verified; null: there is no record. */
  readonly oldest: string | null;
  /** ISO 8601: when this was counted. */
  readonly at: string;
}

/** Coverage as reports and statistics show it. */
export interface CoverageFigures extends Coverage {
  /** `verified` divided by `records`; null: there is no record, so nothing is verified. */
  readonly share: number | null;
  /** How long the oldest record had waited when this was counted; null: not known. */
  readonly oldestSeconds: number | null;
}

export const coverageFigures = (coverage: Coverage): CoverageFigures => ({
  ...coverage,
  share: coverage.records === 0 ? null : coverage.verified / coverage.records,
  oldestSeconds: secondsBetween(coverage.oldest, coverage.at),
});

/** null: the date is not valid, because the row was edited by hand. */
function secondsBetween(oldest: string | null, at: string): number | null {
  const milliseconds = Date.parse(at) - Date.parse(oldest ?? '');
  return milliseconds > -skewMs ? Math.max(0, Math.round(milliseconds / 1_000)) : null;
}
