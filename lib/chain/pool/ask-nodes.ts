import type { FailoverOptions } from './failover.ts';
import type { NodeAttempt } from './hedge.ts';

export interface AskNodesOptions<T>
  extends Pick<FailoverOptions<T>, 'candidates' | 'signal' | 'patience' | 'isConclusive'> {
  /** One node at a time, however silent it is. */
  readonly oneByOne?: boolean;
}

/** `inTurn`, with the pool's own budget and latencies. */
export type AskNodes = <T>(asking: AskNodesOptions<T>, attempt: NodeAttempt<T>) => Promise<T>;
