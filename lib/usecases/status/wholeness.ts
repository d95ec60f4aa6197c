import type { Snapshot } from '../../domain/claim.ts';
import { type CollectionState, type Wholeness, wholeThrough } from '../../domain/collection.ts';
import type { Service } from '../../domain/service.ts';
import type { Discovering } from '../../domain/shared-definitions.ts';

/** A configured collection, how far it is enumerated, and whether its lists are whole. */
export interface KnownCollection {
  readonly collection: Discovering;
  readonly state: CollectionState;
  readonly wholeness: Wholeness;
}

export type WholenessService = Pick<Service, 'collections' | 'shared' | 'definitions' | 'snapshots' | 'clock'>;

/** Of all configured collections, or of these. The lists are read after this (rule COLLECT-2). Throws StoreUnavailable. */
export async function wholenessOf(
  snapshot: Snapshot,
  service: WholenessService,
  packageHashes?: readonly string[],
): Promise<readonly KnownCollection[]> {
  const { shared, snapshots, collections } = service;
  const asked = shared.discovering.filter(({ packageHash }) => packageHashes?.includes(packageHash) ?? true);
  if (asked.length === 0) return [];
  const whole = await snapshots.withBases(
    snapshot,
    asked.map(({ name }) => name),
  );
  const states = await collections.get(asked.map(({ packageHash }) => packageHash));
  return asked.map((collection, index) => {
    const state = states[index] as CollectionState;
    return { collection, state, wholeness: judged(collection, state, whole, service) };
  });
}

export const judged = (
  { name, kind }: Discovering,
  state: CollectionState,
  snapshot: Snapshot,
  { shared, definitions, clock }: Pick<Service, 'shared' | 'definitions' | 'clock'>,
): Wholeness =>
  wholeThrough(state, {
    snapshot,
    layout: { name, definition: shared.basis(name)?.definition ?? '' },
    definition: definitions.get(kind)?.definition ?? '',
    settings: shared.settings,
    // As claims are judged (rule CLAIM-7).
    now: clock.steady(),
  });
