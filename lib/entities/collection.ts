import { digestOf } from '../domain/digest.ts';
import type { EntityDefinition } from '../domain/entity.ts';
import type { ClData } from '../domain/pinned-state.ts';
import { assetKind } from './asset.ts';
import { byPackage, type Collections, resolveCollection, type Standard } from './collections.ts';
import { type LayoutJoined, layoutName, layoutOf } from './layout.ts';

export interface CollectionValue {
  readonly standard: Standard;
  /** As the contract says them; null: it says none. */
  readonly name: string | null;
  readonly symbol: string | null;
  /** The most tokens that there may be, a decimal number; null: the contract sets no limit that is known. */
  readonly supply: string | null;
  /** How many tokens were ever minted, burnt ones included, a decimal number; null: the contract does not count them. */
  readonly minted: string | null;
}

export const collectionKind = 'collection';

/**
 * A CEP-78, CEP-95 or CEP-47 collection as its contract describes it. Its id is the package hash; `canonicalId` also takes the alias
 * of a configured collection. What the service itself knows of the tokens is not part of the value: the chain does not say it.
 */
export function collectionIn(collections: Collections): EntityDefinition<CollectionValue> {
  return {
    kind: collectionKind,
    route: '/v1/collections/{collection}',
    definition: digestOf({ kind: 'collection', schema: 1, collections }),

    canonicalId: (input) => resolveCollection(input, collections).package,

    async read(id, state) {
      const { value: layout } = await state.basis(layoutOf(byPackage(id, collections)));
      if (layout === undefined) return undefined;
      const { standard, about } = layout;
      const said = (uref: string | null) => (uref === null ? null : state.named(uref).then(textOf));
      const [name, symbol, supply, minted] = await Promise.all([
        said(about.name),
        said(about.symbol),
        said(about.supply),
        said(about.minted),
      ]);
      return { value: { standard, name, symbol, supply, minted } };
    },

    fields: {
      standard: 'review',
      name: 'chain-wins',
      symbol: 'chain-wins',
      supply: 'chain-wins',
      minted: 'chain-wins',
    },
    whenAbsent: 'review',
    freshSeconds: () => 90,
    collectionOf: (id) => id,
    collects: assetKind,
    checks: [
      {
        name: 'minted-within-supply',
        find: ({ minted, supply }) =>
          minted !== null && supply !== null && BigInt(minted) > BigInt(supply)
            ? `${minted} tokens were minted, more than the supply of ${supply}`
            : undefined,
      },
    ],

    present: (id, { standard, name, symbol, supply, minted }, joined) => ({
      kind: collectionKind,
      id,
      alias: byPackage(id, collections).alias,
      packageHash: id,
      // Rule KIND-5: joined from the basis, so that an upgrade that keeps the layout changes nothing.
      contractHash: (joined(layoutName(id)) as LayoutJoined | undefined)?.contractHash ?? null,
      standard,
      name,
      symbol,
      supply,
      minted,
      tokens: null,
      local: null,
    }),
  };
}

const textOf = (data: ClData | undefined): string | null => (typeof data === 'string' ? data : null);
