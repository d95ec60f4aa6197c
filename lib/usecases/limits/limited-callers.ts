import type { Service } from '../../domain/service.ts';
import { type LimitPolicy, shownCaller } from './caller.ts';

const most = 50;

/** A caller that has used up one of its limits. */
export interface LimitedNow {
  /** Of an address only the first half. */
  readonly caller: string;
  readonly policy: LimitPolicy;
  /** ISO 8601. */
  readonly until: string;
}

/** Who has nothing left of its limit now, as operators see it. Throws StoreUnavailable. */
export async function limitedCallers({
  budgets,
  clock,
}: Pick<Service, 'budgets' | 'clock'>): Promise<readonly LimitedNow[]> {
  const found = await budgets.limited(clock.now(), most);
  return found.map(({ caller, until }) => ({ ...shownCaller(caller), until }));
}
