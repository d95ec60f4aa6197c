import type { Explanation } from '../explanation.ts';

/** Why requests were answered as they were, kept for a day (rule EXPLAIN-2). Every method throws StoreUnavailable. */
export interface Explanations {
  /** `expiresAt`: seconds since the epoch. */
  keep(explanation: Explanation, expiresAt: number): Promise<void>;
  /** undefined: there is none, or its time is over at `now` (milliseconds since the epoch). Consistent. */
  find(requestId: string, now: number): Promise<Explanation | undefined>;
}
