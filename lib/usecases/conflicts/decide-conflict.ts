import { isEdited } from '../../domain/compare.ts';
import { type Conflict, type Decision, decided } from '../../domain/conflict.ts';
import { abortIn } from '../../domain/deadline.ts';
import { digestOf } from '../../domain/digest.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { LookupError } from '../../domain/errors.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { type Changes, correct, foreseen } from './correct.ts';
import { keepRecord } from './keep-record.ts';
import { conflictById } from './list-conflicts.ts';
import { recordDecision } from './write-down-decision.ts';

export interface Deciding {
  readonly decision: Decision;
  readonly reviewer: string;
  readonly note: string | null;
  /** Tells what would be changed, and changes nothing. */
  readonly dryRun?: boolean;
}

export interface DecidedConflict {
  readonly conflict: Conflict;
  /** Of the record; null: it stays as it is. */
  readonly changes: Changes | null;
}

/** Of ordinary deadlines, what reading the chain for it may take. */
const patience = 3;

/**
 * A person's decision: the chain's value is stored, or this pair of values is closed until either of them changes. It is
 * in the audit trail of the conflict, a change of the record in the record's as well. Throws `not_found`, and
 * `conflict_state` where it is decided already or the record is another one by now.
 */
export async function decideConflict(id: string, deciding: Deciding, service: Service): Promise<DecidedConflict> {
  const conflict = await conflictById(id, service);
  if (conflict.status === 'resolved') {
    // Whoever closed it may have died before it was written down.
    await recordDecision(conflict, service);
    throw new LookupError('conflict_state', 'it is decided already');
  }
  const { decision, reviewer, note, dryRun = false } = deciding;
  const settled = decided(conflict, { decision, reviewer, note, at: new Date(service.clock.now()).toISOString() });
  const definition = service.definitions.get(conflict.ref.kind);
  const record = definition && (await service.records.get(conflict.ref));
  const disputed = record?.conflict?.id === id ? record : undefined;

  if (definition !== undefined && disputed !== undefined && decision === 'chain') {
    return takeChain(settled, disputed, definition, dryRun, service);
  }
  if (disputed !== undefined && isEdited(disputed) && digestOf(disputed.value) !== conflict.databaseDigest) {
    throw new LookupError('conflict_state', 'the stored value is another one than was disputed');
  }
  if (dryRun) return { conflict: settled, changes: null };
  const kept =
    disputed === undefined ? await service.conflicts.change(settled) : await keepRecord(disputed, settled, service);
  if (!kept) throw changedMeanwhile();
  service.metrics.count('ConflictResolved');
  await recordDecision(settled, service);
  return { conflict: settled, changes: null };
}

const changedMeanwhile = (): LookupError =>
  new LookupError('conflict_state', 'it has been changed by somebody else meanwhile', { retryable: true });

async function takeChain(
  settled: Conflict,
  record: EntityRecord,
  definition: EntityDefinition,
  dryRun: boolean,
  service: Service,
): Promise<DecidedConflict> {
  const correcting = {
    definition,
    record,
    conflict: settled,
    cause: 'review',
    actor: settled.decision?.reviewer ?? '',
    mayVanish: true,
    signal: abortIn(service.limits.deadlineMs * patience),
  } as const;
  const none = new LookupError('conflict_state', 'the chain has nothing that could be stored instead');
  if (dryRun) {
    const changes = await foreseen(correcting, service);
    if (changes === undefined) throw none;
    return { conflict: settled, changes };
  }
  const corrected = await correct(correcting, service);
  if (corrected.outcome === 'vanished') throw none;
  if (corrected.outcome === 'moved') throw changedMeanwhile();
  service.metrics.count('ConflictResolved');
  await recordDecision(settled, service);
  return { conflict: settled, changes: corrected.changes };
}
