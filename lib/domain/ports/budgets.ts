import type { CallerBudget, Taken } from '../budget.ts';

/** A caller who has used up its limit. */
export interface LimitedCaller {
  readonly caller: string;
  /** ISO 8601. */
  readonly until: string;
}

export interface Take extends Taken {
  /** What the same process has taken before and not used. */
  readonly back: Taken | null;
}

/** What callers have taken of their limits, and the places of those who wait. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface Budgets {
  /** One write without a condition: adds what is taken, subtracts what is given back. Gives the budget after it, both included. */
  take(caller: string, take: Take): Promise<CallerBudget>;
  /** As it was a moment ago, without a write. */
  get(caller: string): Promise<CallerBudget>;
  /** Notes that the caller has nothing left until then (milliseconds since the epoch), and gives back as `take` does. */
  noteLimited(caller: string, until: number, back: Taken | null): Promise<CallerBudget>;
  /** Rule LIMIT-12: a free one of so many places, until then; undefined: none is free. Moments are milliseconds since the epoch. */
  takePlace(
    places: string,
    taking: { readonly most: number; readonly now: number; readonly until: number },
  ): Promise<number | undefined>;
  /** Frees a place, if it is still the one that was taken until then. */
  leavePlace(places: string, taken: { readonly place: number; readonly until: number }): Promise<void>;
  /** Who has nothing left at this moment (milliseconds since the epoch), those first whose time comes first. */
  limited(now: number, limit: number): Promise<readonly LimitedCaller[]>;
}
