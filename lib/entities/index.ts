import { type EntityDefinition, textRouteOf } from '../domain/entity.ts';
import { accountDefinition } from './account.ts';
import { assetIn } from './asset.ts';
import { collectionIn } from './collection.ts';
import type { Collections } from './collections.ts';
import type { LiquidStaking } from './liquid-staking.ts';
import { stakingWith } from './staking.ts';
import { transactionDefinition } from './transaction.ts';

export interface EntitySettings {
  readonly collections: Collections;
  readonly liquidStaking?: LiquidStaking | undefined;
}

/** The registry of all kinds, by name. A new kind is added here. */
export function entityDefinitions({
  collections,
  liquidStaking,
}: EntitySettings): ReadonlyMap<string, EntityDefinition> {
  const all = [
    assetIn(collections),
    accountDefinition,
    stakingWith(liquidStaking),
    transactionDefinition,
    collectionIn(collections),
  ] as readonly unknown[];
  return new Map((all as EntityDefinition[]).map((definition) => [definition.kind, definition]));
}

interface EntityRoute {
  readonly kind: string;
  readonly route: string;
  /** Where ids hold any text: see `textRouteOf`. */
  readonly textRoute: string | undefined;
  /** What the chain lacks now may arrive with the next block. */
  readonly mayArrive: boolean;
  /** Nodes prove what they say of it. */
  readonly hasProofs: boolean;
}

/** The routes of each kind, which do not depend on the settings. */
export const entityRoutes: readonly EntityRoute[] = [...entityDefinitions({ collections: {} }).values()].map(
  ({ kind, route, idIsText, absenceIsNotRecorded, hasNoProof }) => ({
    kind,
    route,
    textRoute: idIsText && textRouteOf(route),
    mayArrive: absenceIsNotRecorded === true,
    hasProofs: hasNoProof !== true,
  }),
);
