import { triedAgainAt, type Wholeness } from '../../domain/collection.ts';
import type { Service } from '../../domain/service.ts';
import { type WholenessService, wholenessOf } from './wholeness.ts';

/** A configured collection whose lists are not whole. */
export interface EnumerationFigure {
  /** Its alias. */
  readonly collection: string;
  readonly packageHash: string;
  readonly state: Wholeness['state'];
  readonly reason: string | null;
  /** Places of its contract's list that are done, and how many there are; null: not known. */
  readonly done: number;
  readonly total: number | null;
  /** Tokens that could not be kept. */
  readonly failed: number;
  /** How often in a row it ended so, since when, and when it is tried again (ISO 8601). */
  readonly tries: number;
  readonly failingSince: string | null;
  readonly triedAgainAt: string | null;
  /** ISO 8601; null: it was not begun. */
  readonly updatedAt: string | null;
}

export interface EnumerationFigures {
  readonly whole: number;
  readonly notWhole: number;
  /** Those that are not whole, the failing ones first, at most 100. */
  readonly others: readonly EnumerationFigure[];
}

const mostShown = 100;

/** Rule COLLECT-8: how far the enumerations of all configured collections are. Reads the store alone. Throws StoreUnavailable. */
export async function enumerationsOf(
  service: WholenessService & Pick<Service, 'snapshots'>,
): Promise<EnumerationFigures> {
  const known = await wholenessOf(await service.snapshots.current(), service);
  const others = known.flatMap(({ collection, state: { enumeration }, wholeness }): EnumerationFigure[] => {
    if (wholeness.state === 'whole') return [];
    const again = enumeration && triedAgainAt(enumeration);
    return [
      {
        collection: collection.alias,
        packageHash: collection.packageHash,
        state: wholeness.state,
        reason: wholeness.reason,
        done: enumeration?.next ?? 0,
        total: enumeration?.total ?? null,
        failed: enumeration?.failed ?? 0,
        tries: enumeration?.tries ?? 0,
        failingSince: enumeration?.failingSince ?? null,
        triedAgainAt: again === null ? null : new Date(again).toISOString(),
        updatedAt: enumeration?.updatedAt ?? null,
      },
    ];
  });
  const failingFirst = others.toSorted((a, b) => Number(b.failingSince !== null) - Number(a.failingSince !== null));
  return { whole: known.length - others.length, notWhole: others.length, others: failingFirst.slice(0, mostShown) };
}
