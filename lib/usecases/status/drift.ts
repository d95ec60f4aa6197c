import { wilson } from '../../domain/interval.ts';
import type { Drift } from '../../domain/ports/progress-store.ts';
import type { Service } from '../../domain/service.ts';

/** The share of stored records that would have given another value, with its 95 % interval; nulls without a sample. */
export interface DriftRate extends Drift {
  readonly rate: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface DriftFigures {
  /** Newest first; days without a sample are left out. */
  readonly days: readonly (DriftRate & { readonly day: string })[];
  readonly sevenDays: DriftRate;
}

/** How far the database drifts from the chain between two readings, by samples of ordinary answers (see `drawSample`). */
export async function driftOf({ progress, clock }: Pick<Service, 'progress' | 'clock'>): Promise<DriftFigures> {
  const days = await progress.drift(clock.now());
  const sum = (figure: keyof Drift) => days.reduce((total, day) => total + day[figure], 0);
  return {
    days: days.map(({ day, ...drift }) => ({ day, ...rated(drift) })),
    sevenDays: rated({ same: sum('same'), differs: sum('differs'), none: sum('none') }),
  };
}

/** Samples without a record do not count towards the rate. */
function rated({ same, differs, none }: Drift): DriftRate {
  const { rate, low, high } = wilson(differs, same + differs) ?? { rate: null, low: null, high: null };
  return { same, differs, none, rate, low, high };
}
