import type { BlockRef } from './block.ts';
import type { Through } from './claim.ts';
import type { EntityRef } from './entity.ts';

export type Source = 'cache' | 'chain' | 'database';

/** Why the answer was not the cache's own (RFC 9211), or `hit`; `collapsed`: a miss that another process was reading already. */
export type CacheOutcome = 'hit' | 'stale-hit' | 'miss' | 'stale' | 'request' | 'collapsed';

/** An answer, and what may be said of it. `data` null: the chain has no such entity at `block`. */
export interface Answer {
  readonly ref: EntityRef;
  readonly data: object | null;
  readonly source: Source;
  readonly stale: boolean;
  readonly block: BlockRef;
  readonly verifiedThrough: Through;
  /** Seconds. */
  readonly age: number;
  /** Seconds: the whole limit of the kind. */
  readonly freshSeconds: number;
  readonly cache: CacheOutcome;
  /** The id of the conflict that the record is in; null: it is in none. */
  readonly conflict: string | null;
}
