import type { BlockRef } from './block.ts';

/** How many tokens of a collection have a record, and what those say. */
export interface TokenCounts {
  readonly packageHash: string;
  /** Tokens with a record, burnt ones included. */
  readonly tracked: number;
  readonly burnt: number;
  /** Owners of at least one token. */
  readonly holders: number;
  /** The block that they are exact for, since the lists were whole through it; null: they say what the database has. */
  readonly block: BlockRef | null;
  /** Of that block, or of the time of counting. */
  readonly fork: number;
  /** Which enumeration had made the lists whole: when it started (ISO 8601); null where none had. */
  readonly enumeration: string | null;
  /** ISO 8601. */
  readonly countedAt: string;
}

/** The last block through which sync has applied writes to tokens of a collection. */
export interface Touched {
  readonly fork: number;
  readonly height: number;
}

export interface KeptCounts {
  readonly packageHash: string;
  readonly counts: TokenCounts | null;
  readonly touched: Touched | null;
}

/**
 * Rule COLLECT-6: counts of one block hold through every later one that sync has applied, as long as it has touched no token of the
 * collection and the same enumeration keeps the lists whole. `touched` must be read after the cursor.
 */
export const stillExact = (
  { counts, touched }: KeptCounts,
  { fork, enumeration }: Pick<TokenCounts, 'fork' | 'enumeration'>,
): boolean =>
  counts !== null &&
  counts.block !== null &&
  counts.fork === fork &&
  counts.enumeration === enumeration &&
  (touched === null || touched.fork < fork || (touched.fork === fork && touched.height <= counts.block.height));
