import type { Attempt } from './stagger.ts';
import type { Upstream } from './upstream.ts';

export interface AskingInTurn<T> {
  readonly signal: AbortSignal;
  readonly patience?: number | undefined;
  /** Which nodes, in order; asked anew before each round. */
  readonly candidates: () => readonly Upstream[] | Promise<readonly Upstream[]>;
  /** One node at a time, however silent it is. */
  readonly oneByOne?: boolean;
  /** Whether what a hedge says may end the race: an absence from it never beats a value. */
  readonly isConclusive?: (got: T) => boolean;
}

/** `inTurn`, with the pool's own budget and latencies. */
export type AskInTurn = <T>(asking: AskingInTurn<T>, attempt: Attempt<T>) => Promise<T>;
