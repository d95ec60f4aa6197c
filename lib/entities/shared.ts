import { digestOf } from '../domain/digest.ts';
import type { BasisDefinition } from '../domain/pinned-state.ts';
import type { SharedDefinitions } from '../domain/shared-definitions.ts';
import { assetKind } from './asset.ts';
import { byPackage } from './collections.ts';
import { holdRules } from './hold-rules.ts';
import type { EntitySettings } from './index.ts';
import { type Layout, layoutName, layoutOf } from './layout.ts';
import { liquidBasis } from './liquid-staking.ts';
import { tokenListOf } from './token-list.ts';
import { tokenOfItem } from './tokens.ts';

const layoutPrefix = layoutName('');

/** The shared state that the kinds depend on, by the names under which it is stored. */
export function sharedDefinitions({ collections, liquidStaking }: EntitySettings): SharedDefinitions {
  const liquid = liquidStaking && liquidBasis(liquidStaking);
  const aliases = new Map(
    Object.entries(collections)
      .reverse()
      .map(([alias, collection]) => [collection.package, alias]),
  );
  return {
    settings: digestOf({ collections, liquidStaking: liquidStaking ?? null }),

    basis(name) {
      if (liquid !== undefined && name === liquid.name) return liquid as BasisDefinition;
      if (name === holdRules.name) return holdRules as BasisDefinition;
      if (!name.startsWith(layoutPrefix)) return undefined;
      return layoutOf(byPackage(name.slice(layoutPrefix.length), collections)) as BasisDefinition;
    },

    configured: [
      ...Object.entries(collections).map(([alias, { package: packageHash }]) => ({
        name: layoutName(packageHash),
        what: `the collection ${alias}`,
        packageHash,
      })),
      ...(liquid === undefined || liquidStaking === undefined
        ? []
        : [{ name: liquid.name, what: 'the liquid-staking contract', packageHash: liquidStaking.package }]),
    ],

    discovering: [...aliases].map(([packageHash, alias]) => ({
      name: layoutName(packageHash),
      packageHash,
      alias,
      rootKey: `hash-${packageHash}`,
      kind: assetKind,
    })),

    discovered({ name, value }, { seed, itemKey }) {
      const layout = value as Layout;
      if (!tokenDictionaries(layout).some((uref) => uref?.startsWith(`uref-${seed}`))) return undefined;
      const token = tokenOfItem(layout.standard, itemKey);
      return token === undefined ? undefined : { kind: assetKind, id: `${name.slice(layoutPrefix.length)}:${token}` };
    },

    tokenList: ({ name, value }) => tokenListOf(name.slice(layoutPrefix.length), value as Layout),
  };
}

/** Those whose items are named by their token. CEP-47 names an allowance by owner and token, from which the token cannot be found. */
const tokenDictionaries = ({ standard, owners, burnt, metadata, approved }: Layout) =>
  standard === 'cep47' ? [owners, metadata] : [owners, burnt, metadata, approved];
