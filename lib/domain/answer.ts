import type { Through } from './basis-changes.ts';
import type { BlockRef } from './block.ts';
import type { EntityRef } from './entity.ts';
import type { Span } from './held.ts';
import type { ValueProof } from './proof.ts';

export type Source = 'cache' | 'chain' | 'database';

/** An answer about a block that the caller named: exact there, and nothing is claimed of any other block (rule PAST-1). */
export interface PastAnswer {
  readonly ref: EntityRef;
  /** As the kind's `present` gives it; null: the chain has no such entity at `block`. */
  readonly data: object | null;
  /** `history`: the record's trail covers the block; `chain`: read there for this request. */
  readonly source: 'history' | 'chain';
  /** The height that was asked about. */
  readonly at: number;
  /** Where the value was read: of an answer of the chain the block `at`. */
  readonly block: BlockRef;
  /** The value is known to have held in all of these blocks, `at` among them: of an answer of the chain in that one. */
  readonly held: Span;
  /** Of the value at `block`. */
  readonly proof: ValueProof;
  /** For how many seconds a client may keep it. */
  readonly keepSeconds: number;
}

/** `hit`, or why the cache did not answer (RFC 9211); `collapsed`: a miss that another process was already reading. */
export type CacheOutcome = 'hit' | 'stale-hit' | 'miss' | 'stale' | 'request' | 'collapsed';

/** An answer, and what is claimed of it. */
export interface Answer {
  readonly ref: EntityRef;
  /** As the kind's `present` gives it; null: the chain has no such entity at `block`. */
  readonly data: object | null;
  /** What the entity tag covers, where that is less than the data. */
  readonly tagged?: object;
  readonly source: Source;
  readonly stale: boolean;
  /** The block that the value was read at. */
  readonly block: BlockRef;
  /** The last block through which the value is known to be the chain's (see `verifiedThrough` in `claim.ts`). */
  readonly verifiedThrough: Through;
  /** At the block that each part of the value was read at: what is claimed beyond it rests on sync (rule PROOF-2). */
  readonly proof: ValueProof;
  /** Seconds (see `ageSeconds`). */
  readonly age: number;
  /** Seconds: the limit of the kind. */
  readonly freshSeconds: number;
  readonly cache: CacheOutcome;
  /** What the chain lacks at `block` may be there at the next one (a transaction that was just sent): ask again. */
  readonly mayArrive: boolean;
  /** The id of the conflict that the record is in; null: it is in none. */
  readonly conflict: string | null;
}
