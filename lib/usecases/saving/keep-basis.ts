import { randomUUID } from 'node:crypto';
import { type BasisSeen, watchedBy } from '../../domain/basis.ts';
import { changesSince } from '../../domain/basis-changes.ts';
import { type Snapshot, soundBasis } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { refKey } from '../../domain/entity.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { basisRef } from '../process/snapshots.ts';
import { commitRecord } from './commit-record.ts';
import { nextRecord } from './next-record.ts';
import { trackedFrom, watchedUntil } from './tracking.ts';

type KeepService = Pick<Service, 'watches' | 'progress' | 'records' | 'audit' | 'clock' | 'metrics' | 'log'>;

/**
 * Rule BASIS-2: a reader creates a basis that is not stored yet, with its own block as the date of change. Sync alone moves
 * a stored one, so the reader that loses the race is content with the winner. Gives the basis that is stored now; undefined:
 * none is known to be. Throws StoreUnavailable.
 */
export async function createBasis(
  seen: BasisSeen,
  snapshot: Snapshot,
  service: KeepService,
): Promise<EntityRecord | undefined> {
  const { name, block, value, joined, bases, definition, proof } = seen;
  if (value === undefined || joined === undefined) return undefined;
  const next = nextRecord({
    seen: {
      ref: basisRef(name),
      value: { value, joined },
      probedValidators: [],
      block,
      readSet: watchedBy(seen),
      bases,
      definition,
      validUntil: null,
      ...(proof !== undefined && { proof }),
    },
    before: undefined,
    verdict: 'new',
    cause: 'lookup',
    fork: snapshot.progress.fork,
    now: service.clock.now(),
    owner: null,
    tooLarge: false,
    changedAt: block.height,
    changes: changesSince(block.height),
    known: { progress: snapshot.progress, through: 0, since: block.height },
  });
  const result = await commitRecord({ ...next, compared: undefined }, service);
  if ('overtaken' in result) return undefined;
  return result.won ? result.record : result.winner;
}

const askedAgainMs = 30_000;
const owner = randomUUID();

/**
 * A stored basis that no record may depend on (its date has passed, it was edited, or it could not be read when it changed)
 * is made sound by sync alone, which finds it by its watches. So the watches are written again, and sync is asked to read
 * every basis again. Sync does that by itself for a basis of another configuration. Throws StoreUnavailable.
 */
export async function askWhereUnsound(
  seen: BasisSeen,
  stored: EntityRecord,
  snapshot: Snapshot,
  service: KeepService,
): Promise<void> {
  const now = service.clock.now();
  const { cursor, logicVersion } = snapshot.progress;
  if (stored.definition !== seen.definition || cursor === null) return;
  // Under a newer logic version the basis may be sound; this version of the code cannot make it so (rule ITEM-5).
  if (stored.logicVersion > LOGIC_VERSION || (logicVersion ?? 0) > LOGIC_VERSION) return;
  const judged = { progress: snapshot.progress, basis: () => stored };
  if (!isEdited(stored) && soundBasis(seen, judged, now) !== undefined) return;
  const ref = refKey(stored.ref);
  if (!(await service.progress.takeLease(`ask#${ref}`, owner, now, now + askedAgainMs))) return;
  await service.watches.put(ref, watchedBy(seen), watchedUntil(trackedFrom(now)));
  await service.progress.askForBases();
}
