import { wilson } from '../../domain/interval.ts';
import type { Drift } from '../../domain/ports/progress-store.ts';
import type { Service } from '../../domain/service.ts';

/** Of records that were there, the share that would have given another value, within 95 %; nulls without any. */
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

/** How far the database drifts from the chain between two readings, by samples of ordinary answers. */
export async function driftOf({ progress, clock }: Pick<Service, 'progress' | 'clock'>): Promise<DriftFigures> {
  const days = await progress.drift(clock.now());
  const sum = (figure: keyof Drift) => days.reduce((total, day) => total + day[figure], 0);
  return {
    days: days.map(({ day, ...drift }) => ({ day, ...rated(drift) })),
    sevenDays: rated({ same: sum('same'), differs: sum('differs'), none: sum('none') }),
  };
}

/** Where there was no record, there was nothing that could differ. */
function rated({ same, differs, none }: Drift): DriftRate {
  const { rate, low, high } = wilson(differs, same + differs) ?? { rate: null, low: null, high: null };
  return { same, differs, none, rate, low, high };
}
