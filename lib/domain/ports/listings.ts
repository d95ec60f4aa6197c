import type { EntityRef } from '../entity.ts';

/** Which entities an owner or a collection has (rule COLLECT-1). Consistent. Every method throws StoreUnavailable. */
export interface Listings {
  /** An owner's entities of one kind, in the order of their places; `prefix` narrows the ids, `after` continues behind an id. */
  byOwner(kind: string, owner: string, page: ListPage & { readonly prefix?: string }): Promise<ListedRefs>;
  /** The tokens of a collection, burnt ones included, in the order of their places. */
  byCollection(kind: string, packageHash: string, page: ListPage): Promise<ListedRefs>;
  /** Every token of a collection with its owner (null: burnt), in the order of their places, as many at a time as one request gives. */
  holdings(packageHash: string): AsyncGenerator<readonly Holding[]>;
}

export interface ListPage {
  readonly after?: string;
  readonly limit: number;
}

export interface ListedRefs {
  readonly refs: EntityRef[];
  readonly more: boolean;
}

export interface Holding {
  readonly id: string;
  readonly owner: string | null;
}
