import type { LimitedCaller } from '../../domain/ports/budgets.ts';
import type { Service } from '../../domain/service.ts';
import { shownCaller } from './caller.ts';

const most = 50;

/** Who has nothing left of its limit now, as operators see it. Throws StoreUnavailable. */
export async function limitedCallers({
  budgets,
  clock,
}: Pick<Service, 'budgets' | 'clock'>): Promise<readonly LimitedCaller[]> {
  const found = await budgets.limited(clock.now(), most);
  return found.map(({ caller, until }) => ({ caller: shownCaller(caller), until }));
}
