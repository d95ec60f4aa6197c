import { isEdited } from '../../domain/compare.ts';
import { actorOf, type Conflict, type Decision, decided } from '../../domain/conflict.ts';
import { abortIn } from '../../domain/deadline.ts';
import { canonicalJson, digestOf } from '../../domain/digest.ts';
import { type EntityDefinition, refKey } from '../../domain/entity.ts';
import { LookupError } from '../../domain/errors.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { type Changes, correct, previewCorrection } from './correct.ts';
import { requireOtherEyes } from './four-eyes.ts';
import { keepRecord } from './keep-record.ts';
import { conflictById } from './list-conflicts.ts';

export interface DecisionRequest {
  readonly decision: Decision;
  /** Who was authenticated. */
  readonly by: string;
  /** The name that the request gives. */
  readonly reviewer: string;
  readonly note: string | null;
  /** Reports what would change, and changes nothing. */
  readonly dryRun?: boolean;
}

export interface DecidedConflict {
  readonly conflict: Conflict;
  /** Changes of the record; null: it stays as it is. */
  readonly changes: Changes | null;
}

/** How many ordinary deadlines reading the chain for a decision may take. */
const patience = 3;
/** A conflict's trail has one entry for each decision and each undo. */
const maxTrail = 100;

/**
 * Carries out a person's decision: `chain` stores the chain's value; the others close this pair of values until either
 * changes (rule CONFLICT-4). The conflict's audit trail has the decision; a change of the record is in the record's trail
 * as well. Throws `not_found`, and `conflict_state` where it is already decided or the record has changed.
 */
export async function decideConflict(id: string, request: DecisionRequest, service: Service): Promise<DecidedConflict> {
  const conflict = await conflictById(id, service);
  if (conflict.status === 'resolved') {
    // The process that resolved it may have ended before it wrote the trail.
    await recordDecision(conflict, service);
    throw new LookupError('conflict_state', 'the conflict is already decided');
  }
  const { decision, by, reviewer, note, dryRun = false } = request;
  await requireOtherEyes(conflict, by, service);
  const at = new Date(service.clock.now()).toISOString();
  const resolved = decided(conflict, { decision, by, reviewer, note, at });
  const definition = service.definitions.get(conflict.ref.kind);
  const record = definition && (await service.records.get(conflict.ref));
  const disputed = record?.conflict?.id === id ? record : undefined;

  if (definition !== undefined && disputed !== undefined && decision === 'chain') {
    return takeChain(resolved, disputed, definition, dryRun, service);
  }
  if (disputed !== undefined && isEdited(disputed) && digestOf(disputed.value) !== conflict.databaseDigest) {
    throw new LookupError('conflict_state', 'the stored value is not the one that is disputed');
  }
  if (dryRun) return { conflict: resolved, changes: null };
  const isDone =
    disputed === undefined ? await service.conflicts.change(resolved) : await keepRecord(disputed, resolved, service);
  if (!isDone) throw changedMeanwhile();
  service.metrics.count('ConflictResolved');
  await recordDecision(resolved, service);
  return { conflict: resolved, changes: null };
}

export const changedMeanwhile = (): LookupError =>
  new LookupError('conflict_state', 'the record or the conflict changed in the meantime; read it again', {
    retryable: true,
  });

async function takeChain(
  resolved: Conflict,
  record: EntityRecord,
  definition: EntityDefinition,
  dryRun: boolean,
  service: Service,
): Promise<DecidedConflict> {
  const correction = {
    definition,
    record,
    conflict: resolved,
    cause: 'review',
    actor: resolved.decision === null ? '' : actorOf(resolved.decision),
    mayVanish: true,
    signal: abortIn(service.limits.deadlineMs * patience),
  } as const;
  const nothingToStore = new LookupError('conflict_state', 'the chain has no value to store instead');
  if (dryRun) {
    const changes = await previewCorrection(correction, service);
    if (changes === undefined) throw nothingToStore;
    return { conflict: resolved, changes };
  }
  const corrected = await correct(correction, service);
  if (corrected.outcome === 'vanished') throw nothingToStore;
  if (corrected.outcome === 'moved') throw changedMeanwhile();
  service.metrics.count('ConflictResolved');
  await recordDecision(resolved, service);
  return { conflict: resolved, changes: corrected.changes };
}

/**
 * Writes a decision into the conflict's own audit trail: who decided, why, and about which record. The record's trail has
 * the change alone. A repeated call writes nothing, also while the decision is being undone.
 */
export async function recordDecision(
  { id, ref, block, decision }: Conflict,
  { audit }: Pick<Service, 'audit'>,
): Promise<void> {
  if (decision === null) return;
  const trail = { kind: 'conflict', id };
  const after = { decision, record: refKey(ref) };
  const written = await audit.history(trail, { limit: maxTrail });
  if (written.some((entry) => canonicalJson(entry.after) === canonicalJson(after))) return;
  await audit.append({
    ref: trail,
    cause: actorOf(decision) === 'service' ? 'resolution' : 'review',
    actor: actorOf(decision),
    before: { decision: null },
    after,
    block,
    timestamp: decision.at,
  });
}
