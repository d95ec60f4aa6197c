import type { CheckedSpan } from '../../domain/ports/records.ts';
import type { Phase, Reconciliation } from '../../domain/reconciliation.ts';

export const aDayMs = 86_400_000;
/** By how much the clocks of two processes may differ, and then some: a date beyond it is nobody's of ours. */
const skewMs = 3_600_000;

/** ISO 8601: nothing can have been checked from then on. */
export const beyond = (now: number): string => new Date(now + skewMs).toISOString();

/** The dates at which records of a phase were last checked. What was checked since the run began is in none of them. */
export function spanOf(phase: Phase, { startedAt }: Pick<Reconciliation, 'startedAt'>): CheckedSpan {
  const began = Date.parse(startedAt);
  const aDayBefore = new Date(began - aDayMs).toISOString();
  if (phase === 'never') return { from: beyond(began) };
  return phase === 'overdue' ? { until: aDayBefore } : { from: aDayBefore, until: startedAt };
}
