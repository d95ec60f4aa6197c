import type { CallerBudget, Taken } from '../../../lib/domain/budget.ts';
import { latestEndOfLease } from '../../../lib/domain/lease.ts';
import type { Budgets } from '../../../lib/domain/ports/budgets.ts';
import type { MemoryTables, OnCall } from './tables.ts';

export const budgetsIn = (tables: MemoryTables, onCall: OnCall): Budgets => ({
  async take(caller, take) {
    await onCall('budgets.take', [caller, take]);
    const stored = tables.budgets.get(caller);
    const taken = new Map(stored?.taken);
    const add = (bucket: number, requests: number) => taken.set(bucket, (taken.get(bucket) ?? 0) + requests);
    add(take.bucket, take.requests);
    if (take.back !== null) add(take.back.bucket, -take.back.requests);
    for (const bucket of [...taken.keys()]) if (bucket <= take.bucket - 8) taken.delete(bucket);
    tables.budgets.set(caller, { limitedUntil: stored?.limitedUntil ?? null, taken });
    return budgetIn(tables, caller);
  },

  async get(caller) {
    await onCall('budgets.get', [caller]);
    return budgetIn(tables, caller);
  },

  async noteLimited(caller, until, back) {
    await onCall('budgets.noteLimited', [caller, until, back]);
    const taken = new Map(tables.budgets.get(caller)?.taken);
    if (back !== null) taken.set(back.bucket, (taken.get(back.bucket) ?? 0) - back.requests);
    tables.budgets.set(caller, { taken, limitedUntil: until });
    return budgetIn(tables, caller);
  },

  async takePlace(places, { most, now, until }) {
    await onCall('budgets.takePlace', [places]);
    const ends = tables.places.get(places) ?? new Map<number, number>();
    const isFree = (at: number) => !((ends.get(at) ?? 0) > now && (ends.get(at) ?? 0) <= latestEndOfLease(until));
    const place = Array.from({ length: most }, (_, at) => at).find(isFree);
    if (place !== undefined) tables.places.set(places, new Map([...ends, [place, until]]));
    return place;
  },

  async leavePlace(places, { place, until }) {
    await onCall('budgets.leavePlace', [places]);
    const ends = tables.places.get(places);
    if (ends?.get(place) === until) ends.delete(place);
  },

  async limited(now, limit) {
    await onCall('budgets.limited', [now]);
    return [...tables.budgets]
      .flatMap(([caller, { limitedUntil }]) =>
        limitedUntil !== null && limitedUntil > now ? [{ caller, until: new Date(limitedUntil).toISOString() }] : [],
      )
      .sort((a, b) => (a.until < b.until ? -1 : a.until > b.until ? 1 : a.caller < b.caller ? -1 : 1))
      .slice(0, limit);
  },
});

function budgetIn({ budgets }: MemoryTables, caller: string): CallerBudget {
  const { taken = new Map(), limitedUntil = null } = budgets.get(caller) ?? {};
  return { caller, taken: listed(taken), limitedUntil: limitedUntil ?? 0 };
}

const listed = (taken: ReadonlyMap<number, number>): readonly Taken[] =>
  [...taken]
    .map(([bucket, requests]) => ({ bucket, requests }))
    .filter(({ requests }) => requests !== 0)
    .sort((a, b) => a.bucket - b.bucket);
