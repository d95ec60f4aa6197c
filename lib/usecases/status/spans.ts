import type { CheckedSpan } from '../../domain/ports/records.ts';
import type { Phase, Reconciliation } from '../../domain/reconciliation.ts';

export const aDayMs = 86_400_000;
/** More than the clocks of two processes differ: no process writes a date that is further ahead. */
const skewMs = 3_600_000;

/** ISO 8601: later than any date that a process can have written by now. */
export const beyond = (now: number): string => new Date(now + skewMs).toISOString();

/** The span of dates at which the records of a phase were last checked. Records checked since the run began are in none. */
export function spanOf(phase: Phase, { startedAt }: Pick<Reconciliation, 'startedAt'>): CheckedSpan {
  const began = Date.parse(startedAt);
  const aDayBefore = new Date(began - aDayMs).toISOString();
  if (phase === 'never') return { from: beyond(began) };
  return phase === 'overdue' ? { until: aDayBefore } : { from: aDayBefore, until: startedAt };
}
