import { refKey } from '../../../../../lib/domain/entity.ts';
import type { CacheEntry, EntityRecord } from '../../../../../lib/domain/record.ts';
import { basisKind } from '../../../../../lib/usecases/process/snapshots.ts';
import type { Mutation, Parts, Ports, Role, Scenario } from '../world.ts';

/** One rule of the proof taken out, and a scenario in which that shows. */
export interface Removal extends Mutation {
  readonly scenario: Scenario;
  /** Interruptions that it takes, where that is more than the scenario has. */
  readonly preemptions?: number;
}

/** Of processes of one role alone. */
export const onlyOf =
  (role: Role, change: (parts: Parts) => Partial<Ports>) =>
  (parts: Parts): Partial<Ports> =>
    parts.role === role ? change(parts) : {};

export const isBasis = ({ ref }: Pick<EntityRecord, 'ref'>): boolean => ref.kind === basisKind;

/** On what a save is never refused. */
export const asItIs = ({ world: { tables } }: Parts, { ref }: EntityRecord) => {
  const there = tables.records.get(refKey(ref));
  return there && { height: there.block.height, hash: there.block.hash, sequence: there.sequence, sequenceAlone: true };
};

/** An entry that is put whatever is there. */
export function putAnyhow({ world: { tables } }: Parts, entry: CacheEntry, expiresAt: number): void {
  tables.cache.set(refKey(entry.ref), { entry, expiresAt });
}
