import { digestOf } from '../domain/digest.ts';
import type { BasisDefinition } from '../domain/pinned-state.ts';
import type { ResolvedCollection, Standard } from './collections.ts';
import { newestContract, unreadablePackage } from './newest-contract.ts';

/** Where a collection keeps its tokens: the seed URefs of its dictionaries; null: the collection has no such dictionary. */
export interface Layout {
  readonly standard: Standard;
  readonly owners: string;
  readonly burnt: string | null;
  readonly metadata: string | null;
  readonly approved: string | null;
  /** How all ids of the collection can be found; null: its contract lists them nowhere. */
  readonly ids: TokenIds | null;
  readonly about: CollectionKeys;
}

/** URefs of what the contract says of the whole collection; null: it has no such named key. */
export interface CollectionKeys {
  readonly name: string | null;
  readonly symbol: string | null;
  /** The most tokens that there may be. */
  readonly supply: string | null;
  /** How many tokens were ever minted, burnt ones included. */
  readonly minted: string | null;
}

/**
 * `count`: the contract counts what is minted. By its `mode` (CEP-78's identifier mode, which never changes) the ids are 0, 1, … below that
 * number, or each is in the dictionary `index` under such a number. `events`: the contract writes each event under its number; those of a
 * mint name the id.
 */
export type TokenIds =
  | { readonly by: 'count'; readonly minted: string; readonly mode: string; readonly index: string | null }
  | { readonly by: 'events'; readonly length: string; readonly events: string };

/** Joined when answering, so that an upgrade of the contract that keeps the seeds changes no token (rule KIND-5). */
export interface LayoutJoined {
  readonly contractHash: string;
}

export const layoutName = (packageHash: string): string => `layout:${packageHash}`;

/** The basis of all tokens of a collection: read once, however many tokens there are. */
export function layoutOf(collection: ResolvedCollection): BasisDefinition<Layout, LayoutJoined> {
  return {
    name: layoutName(collection.package),
    definition: digestOf({ basis: 'layout', schema: 2, standard: collection.standard ?? null }),

    /** Undefined is an absence: the chain has no such package. A layout that is not known is none (rule ANSWER-4). */
    async read(state) {
      const contract = await newestContract(collection.package, state);
      if (contract === undefined || 'unreadable' in contract) return contract;
      const { hash: contractHash, namedKeys } = contract;
      const standard = collection.standard ?? standardOf(namedKeys);
      const kind = namedKeys.nft_metadata_kind;
      const metadataKind = standard === 'cep78' && kind !== undefined ? await state.named(kind) : undefined;
      const value = standard && layout(standard, namedKeys, metadataKind);
      return value === undefined
        ? unreadablePackage(collection.package, whyUnknown(collection, namedKeys))
        : { value, joined: { contractHash } };
    },
  };
}

type NamedKeys = Readonly<Record<string, string>>;

/** The standard that the names of the contract's dictionaries show, for collections without a configured standard. */
function standardOf(namedKeys: NamedKeys): Standard | undefined {
  if (namedKeys.token_owners !== undefined) return 'cep78';
  if (namedKeys.owners === undefined) return undefined;
  return namedKeys.approvals !== undefined || namedKeys.token_metadata !== undefined ? 'cep95' : 'cep47';
}

/** What the contract looks like instead, for the operator who has configured it. */
function whyUnknown({ standard: configured }: ResolvedCollection, namedKeys: NamedKeys): string {
  const names = Object.keys(namedKeys).sort();
  const shown = names.slice(0, namesShown).join(', ') + (names.length > namesShown ? ', …' : '');
  const known =
    standardOf(namedKeys) ?? (namedKeys.balances === undefined ? undefined : 'a contract of fungible tokens');
  const looks = known === undefined ? '' : `, and looks like ${known}`;
  const wanted = configured === undefined ? '' : ` of ${configured}`;
  return `its contract has no dictionary of owners${wanted} that is known${looks}; its named keys are: ${shown || 'none'}`;
}

const namesShown = 12;

/** CEP-78's `nft_metadata_kind` names the dictionary of its metadata. */
const cep78Metadata = ['metadata_cep78', 'metadata_nft721', 'metadata_raw', 'metadata_custom_validated'] as const;

function layout(standard: Standard, keys: NamedKeys, metadataKind: unknown): Layout | undefined {
  const seed = (...names: readonly string[]): string | null => {
    const name = names.find((candidate) => keys[candidate]?.startsWith('uref-'));
    return (name === undefined ? undefined : keys[name]) ?? null;
  };
  const owners = seed(standard === 'cep78' ? 'token_owners' : 'owners');
  if (owners === null) return undefined;
  if (standard === 'cep78') {
    const [minted, mode] = [seed('number_of_minted_tokens'), seed('identifier_mode')];
    const metadata = cep78Metadata[Number(metadataKind ?? Number.NaN)];
    return {
      standard,
      owners,
      burnt: seed('burnt_tokens'),
      metadata: metadata === undefined ? null : seed(metadata),
      approved: seed('approved', 'operator'),
      ids: minted === null || mode === null ? null : { by: 'count', minted, mode, index: seed('hash_by_index') },
      about: {
        name: seed('collection_name'),
        symbol: seed('collection_symbol'),
        supply: seed('total_token_supply'),
        minted,
      },
    };
  }
  const about = { name: seed('name'), symbol: seed('symbol'), supply: null, minted: null };
  const [events, length] = [seed('__events'), seed('__events_length')];
  // CEP-95 names the dictionary token_metadata; Odra's contracts write metadata.
  if (standard === 'cep95')
    return {
      standard,
      owners,
      burnt: null,
      metadata: seed('token_metadata', 'metadata'),
      approved: seed('approvals'),
      ids: events === null || length === null ? null : { by: 'events', length, events },
      about,
    };
  return {
    standard,
    owners,
    burnt: null,
    metadata: seed('metadata'),
    approved: seed('allowances'),
    // It lists the tokens of each owner, and the owners nowhere.
    ids: null,
    about,
  };
}
