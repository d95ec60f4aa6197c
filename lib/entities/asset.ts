import { digestOf } from '../domain/digest.ts';
import type { EntityDefinition } from '../domain/entity.ts';
import { InvalidId } from '../domain/errors.ts';
import {
  byPackage,
  type Collections,
  defaultPointers,
  type ResolvedCollection,
  resolveCollection,
  type Standard,
} from './collections.ts';
import { type LayoutJoined, layoutOf } from './layout.ts';
import { atPointer, presentMetadata } from './metadata.ts';
import { readToken } from './tokens.ts';

export interface AssetValue {
  readonly standard: Standard;
  readonly owner: string | null;
  readonly burnt: boolean;
  readonly approved: string | null;
  /** The text that the chain has, which may be JSON. */
  readonly metadata: string | null;
  /** Taken from the metadata by the collection's JSON pointers; null where there is no such text, or no such boolean. */
  readonly assetValue: string | null;
  readonly verified: boolean | null;
}

const maxItemKeyBytes = 128;
const maxU256 = (1n << 256n) - 1n;

export const assetKind = 'asset';

/**
 * A token of a CEP-78, CEP-95 or CEP-47 collection. Its id is `<package hash>:<token id>`; `canonicalId` also takes the alias of
 * a configured collection. `tokens.ts` reads the token, `layout.ts` finds where the collection keeps its tokens.
 */
export function assetIn(collections: Collections): EntityDefinition<AssetValue> {
  return {
    kind: assetKind,
    route: '/v1/assets/{collection}/{tokenId}',
    definition: digestOf({ kind: 'asset', schema: 2, collections }),
    idIsText: true,

    canonicalId(input) {
      const at = input.indexOf(':');
      if (at < 0) throw new InvalidId('an asset is "<collection>:<token id>", split at the first colon');
      const collection = resolveCollection(input.slice(0, at), collections);
      return `${collection.package}:${tokenIdOf(input.slice(at + 1), collection)}`;
    },

    async read(id, state) {
      const [collection, tokenId] = parts(id, collections);
      const { value: layout } = await state.basis(layoutOf(collection));
      if (layout === undefined || (layout.standard !== 'cep78' && !isCanonicalU256(tokenId))) return undefined;
      const token = await readToken[layout.standard](layout, tokenId, state);
      if (token === undefined) return undefined;
      const { assetValue, verified } = { ...defaultPointers, ...withoutUndefined(collection) };
      const worth = atPointer(token.metadata, assetValue);
      const checked = atPointer(token.metadata, verified);
      return {
        value: {
          standard: layout.standard,
          ...token,
          assetValue: typeof worth === 'string' ? worth : null,
          verified: typeof checked === 'boolean' ? checked : null,
        },
      };
    },

    fields: {
      standard: 'review',
      owner: 'chain-wins',
      burnt: 'chain-wins',
      approved: 'chain-wins',
      metadata: 'chain-wins',
      assetValue: 'chain-wins',
      verified: 'chain-wins',
    },
    whenAbsent: 'review',
    freshSeconds: () => 90,
    owner: ({ owner }) => owner,
    accounts: ({ owner }) => (owner === null ? [] : [owner]),
    collectionOf: (id) => parts(id, collections)[0].package,
    checks: [
      {
        name: 'burnt-has-no-owner',
        find: ({ burnt, owner }) =>
          burnt && owner !== null ? `the token is burnt, but has the owner ${owner}` : undefined,
      },
    ],
    references: ({ owner }) => (owner?.startsWith('account-hash-') ? [{ kind: 'account', id: owner }] : []),

    present(id, { standard, owner, burnt, approved, metadata, assetValue, verified }, joined) {
      const [collection, tokenId] = parts(id, collections);
      const layout = joined(`layout:${collection.package}`) as LayoutJoined | undefined;
      return {
        kind: 'asset',
        id,
        collection: collection.alias,
        standard,
        packageHash: collection.package,
        // Rule KIND-5: joined from the basis, so that an upgrade that keeps the layout changes no token.
        contractHash: layout?.contractHash ?? null,
        tokenId,
        owner,
        burnt,
        approved,
        metadata: presentMetadata(metadata),
        assetValue,
        verified,
        local: null,
      };
    },
  };
}

function parts(id: string, collections: Collections): readonly [ResolvedCollection, string] {
  const at = id.indexOf(':');
  return [byPackage(id.slice(0, at), collections), id.slice(at + 1)];
}

/** The stored spelling of a token id: for CEP-47 and CEP-95 a number without leading zeros, for CEP-78 the text as it is. */
function tokenIdOf(tokenId: string, { standard }: ResolvedCollection): string {
  if (tokenId === '' || new TextEncoder().encode(tokenId).length > maxItemKeyBytes || !tokenId.isWellFormed()) {
    throw new InvalidId(`a token id is text of 1 to ${maxItemKeyBytes} bytes`, 'tokenId');
  }
  if (standard === undefined || standard === 'cep78') return tokenId;
  if (!isU256(tokenId))
    throw new InvalidId(`a token id of this collection is a whole number up to 2^256 - 1`, 'tokenId');
  return BigInt(tokenId).toString();
}

/** A token has one spelling: 007 does not exist where 7 does. */
const isCanonicalU256 = (tokenId: string): boolean => isU256(tokenId) && BigInt(tokenId).toString() === tokenId;

const isU256 = (tokenId: string): boolean => /^\d{1,78}$/.test(tokenId) && BigInt(tokenId) <= maxU256;

const withoutUndefined = ({ assetValue, verified }: ResolvedCollection) => ({
  ...(assetValue === undefined ? {} : { assetValue }),
  ...(verified === undefined ? {} : { verified }),
});
