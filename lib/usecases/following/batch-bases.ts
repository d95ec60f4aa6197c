import type { BasisSeen } from '../../domain/basis.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import { soundBasis, verifiedThrough } from '../../domain/claim.ts';
import { refKey } from '../../domain/entity.ts';
import type { BasisDefinition } from '../../domain/pinned-state.ts';
import type { BasisReader } from '../../domain/ports/chain.ts';
import type { Service } from '../../domain/service.ts';
import { basisSeenOf } from '../observing/bases.ts';
import { basisRef } from '../process/snapshots.ts';
import type { FollowContext, WatchedEntity } from './following.ts';

/**
 * Bases as of the last block of a batch: those that the batch wrote as they were read there; of the others, those that are
 * known through the cursor, since no block of the batch wrote them. What is known of neither is read.
 */
export function batchBases(
  following: FollowContext & {
    readonly moved: ReadonlyMap<string, BasisSeen>;
    readonly found: ReadonlyMap<string, WatchedEntity>;
  },
  service: Service,
): BasisReader {
  const { batch, snapshot, moved, found } = following;

  async function unwritten(definition: BasisDefinition): Promise<BasisSeen | undefined> {
    if (found.has(refKey(basisRef(definition.name))) || batch.unseen !== undefined) return undefined;
    const now = service.clock.now();
    const own = await service.snapshots.withBases(snapshot, [definition.name]);
    const restsOn = own.basis(definition.name)?.bases.map(({ name }) => name) ?? [];
    const whole = await service.snapshots.withBases(own, restsOn);
    const stored = soundBasis(definition, whole, now);
    const cursor = snapshot.progress.cursor;
    if (stored?.value == null || cursor === null || stored.block.height > batch.last.height) return undefined;
    const through = verifiedThrough(stored, whole, definition.definition, now);
    return through.height >= cursor.height ? basisSeenOf(definition.name, stored) : undefined;
  }

  return (async (definition: BasisDefinition, block: PinnedBlock) =>
    moved.get(definition.name) ?? (await unwritten(definition)) ?? service.bases(definition, block)) as BasisReader;
}
