import { refKey } from '../../../../../lib/domain/entity.ts';
import type { CacheEntry, EntityRecord } from '../../../../../lib/domain/record.ts';
import { basisKind } from '../../../../../lib/usecases/process/snapshots.ts';
import type { Mutation, Parts, Ports, Role, Scenario } from '../world.ts';

/** A rule of the protocol that is taken out, and a scenario in which that makes a claim false. */
export interface Removal extends Mutation {
  readonly scenario: Scenario;
  /** How many interruptions that takes, where the scenario has fewer. */
  readonly preemptions?: number;
}

/** A change for the processes of one role. */
export const onlyOf =
  (role: Role, change: (parts: Parts) => Partial<Ports>) =>
  (parts: Parts): Partial<Ports> =>
    parts.role === role ? change(parts) : {};

export const isBasis = ({ ref }: Pick<EntityRecord, 'ref'>): boolean => ref.kind === basisKind;

/** A condition that the stored record always meets. */
export const asItIs = ({ world: { tables } }: Parts, { ref }: EntityRecord) => {
  const stored = tables.records.get(refKey(ref));
  if (stored === undefined) return undefined;
  const { block, sequence } = stored;
  return { height: block.height, hash: block.hash, sequence, sequenceAlone: true };
};

/** Puts an entry whatever the cache has. */
export function putAlways({ world: { tables } }: Parts, entry: CacheEntry, expiresAt: number): void {
  tables.cache.set(refKey(entry.ref), { entry, expiresAt });
}
