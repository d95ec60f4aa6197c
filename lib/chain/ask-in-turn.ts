import type { Turn } from './in-turn.ts';
import type { Attempt } from './stagger.ts';

export interface AskingInTurn<T> extends Pick<Turn<T>, 'candidates' | 'signal' | 'patience' | 'isConclusive'> {
  /** One node at a time, however silent it is. */
  readonly oneByOne?: boolean;
}

/** `inTurn`, with the pool's own budget and latencies. */
export type AskInTurn = <T>(asking: AskingInTurn<T>, attempt: Attempt<T>) => Promise<T>;
