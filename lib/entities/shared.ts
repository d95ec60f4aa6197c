import { digestOf } from '../domain/digest.ts';
import type { BasisDefinition } from '../domain/pinned-state.ts';
import type { SharedDefinitions } from '../domain/shared-definitions.ts';
import { assetKind } from './asset.ts';
import { byPackage } from './collections.ts';
import { holdRules } from './hold-rules.ts';
import type { EntitySettings } from './index.ts';
import { type Layout, layoutName, layoutOf } from './layout.ts';
import { liquidBasis } from './liquid-staking.ts';
import { tokenOfItem } from './tokens.ts';

const layoutPrefix = layoutName('');

/** The shared state that the kinds depend on, by the names under which it is stored. */
export function sharedDefinitions({ collections, liquidStaking }: EntitySettings): SharedDefinitions {
  const liquid = liquidStaking && liquidBasis(liquidStaking);
  const configured = [...new Set(Object.values(collections).map((collection) => collection.package))];
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

    discovering: configured.map((hash) => ({ name: layoutName(hash), rootKey: `hash-${hash}` })),

    discovered({ name, value }, { seed, itemKey }) {
      const { standard, owners } = value as Layout;
      if (!owners.startsWith(`uref-${seed}`)) return undefined;
      const token = tokenOfItem(standard, itemKey);
      return token === undefined ? undefined : { kind: assetKind, id: `${name.slice(layoutPrefix.length)}:${token}` };
    },
  };
}
