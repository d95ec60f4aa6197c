import type { CollectionState } from '../collection.ts';
import type { EntityRef } from '../entity.ts';
import type { Progress } from '../progress.ts';
import type { EntityRecord } from '../record.ts';
import type { KeptCounts, TokenCounts, Touched } from '../token-counts.ts';

/** Which entities an owner or a collection has (rule COLLECT-1). Consistent. Every method throws StoreUnavailable. */
export interface Listings {
  /** An owner's entities of one kind, in the order of their places; `prefix` narrows the ids, `after` continues behind an id. */
  byOwner(kind: string, owner: string, page: ListPage & { readonly prefix?: string }): Promise<ListedRefs>;
  /** The tokens of a collection, burnt ones included, in the order of their places. */
  byCollection(kind: string, packageHash: string, page: ListPage): Promise<ListedRefs>;
  /** Every token of a collection with its owner (null: burnt), in the order of their places, as many at a time as one request gives. */
  holdings(packageHash: string): AsyncGenerator<readonly Holding[]>;
  /** Those of the collections that have a token whose record is doubtful. Also all others, where too many tokens are. */
  doubtful(packageHashes: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * What lists of these collections are judged by, all of it of one moment, in one request; undefined where that cannot be had: there
   * are too many, or something of it is being written. `layouts`: the refs of their bases. `now`: milliseconds since the epoch.
   */
  ground(packageHashes: readonly string[], layouts: readonly EntityRef[], now: number): Promise<ListGround | undefined>;
  /** Notes of which of the collections no token is doubtful, where that is to be noted again (rule COLLECT-9). */
  settleDoubts(packageHashes: readonly string[], now: number): Promise<void>;
  /** What was counted last, in the order asked for. */
  counts(packageHashes: readonly string[]): Promise<readonly KeptCounts[]>;
  /** The last ones stay. */
  keepCounts(counts: TokenCounts): Promise<void>;
  /** Notes that sync has applied writes to tokens of these collections; of two notes the later one stays. */
  touch(packageHashes: readonly string[], touched: Touched): Promise<void>;
}

/** Rule COLLECT-9. In the order asked for. */
export interface ListGround {
  readonly progress: Progress;
  readonly layouts: readonly (EntityRecord | undefined)[];
  readonly states: readonly CollectionState[];
  /** Those of which it is noted that no token is doubtful. Of the others it is to be asked. */
  readonly undoubted: ReadonlySet<string>;
}

export interface ListPage {
  readonly after?: string;
  readonly limit: number;
}

export interface ListedRefs {
  readonly refs: EntityRef[];
  /** Another page may follow, behind `end`. Where most rows have gone, a page has fewer refs than asked for, or none. */
  readonly more: boolean;
  /** The id at which the page ends; undefined where it is empty and the last one. */
  readonly end: string | undefined;
  /** Of each fork the highest block at which anything on this page changed, what has left it included. */
  readonly changed: readonly Place[];
}

/** The block of a record, on its fork. */
interface Place {
  readonly fork: number;
  readonly height: number;
}

/** With the block of the record that changed it last. */
export interface Holding extends Place {
  readonly id: string;
  readonly owner: string | null;
}
