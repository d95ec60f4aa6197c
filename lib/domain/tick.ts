/**
 * Why a tick ended: `done` it has reached the tip; `time`, `calls` its budget; `busy` another runner has the turn; `chain`
 * no node could answer, or none has come far enough; `reset` our last block is not the chain's any more; `rules` another
 * version of the code goes by newer rules; `overtaken` another runner was faster; `store` the store could not be used;
 * `defect` of ours.
 */
export type StoppedBy =
  | 'done'
  | 'time'
  | 'calls'
  | 'busy'
  | 'chain'
  | 'reset'
  | 'rules'
  | 'overtaken'
  | 'store'
  | 'defect';

/** One run of sync. */
export interface Tick {
  /** ISO 8601: when it began. */
  readonly at: string;
  /** Blocks followed: the first and the last one, null where there was none. */
  readonly from: number | null;
  readonly to: number | null;
  /** Records and bases that were read again, or put into the cache again. */
  readonly refreshed: number;
  /** JSON-RPC requests. */
  readonly calls: number;
  readonly milliseconds: number;
  readonly stoppedBy: StoppedBy;
  /** A sentence where it did not reach the tip. */
  readonly reason: string | null;
  /** Ref key of the one record or basis that could not be read, where that ended it. */
  readonly stuckAt: string | null;
}
