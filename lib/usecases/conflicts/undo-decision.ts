import { awaitingReview, type Conflict, editorsOf } from '../../domain/conflict.ts';
import { LookupError } from '../../domain/errors.ts';
import { ofDispute } from '../../domain/proof.ts';
import type { AuditEntry, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { putDisputedEntry } from '../saving/cache-entry.ts';
import { comparedWith } from '../saving/commit-record.ts';
import { changedMeanwhile, recordDecision } from './decide-conflict.ts';
import { requireOtherEyes } from './four-eyes.ts';
import { conflictById } from './list-conflicts.ts';

/**
 * Undoes a decision: the conflict awaits a review again and the record is in dispute again, whatever its present value.
 * No value is restored (rule CONFLICT-4). `by`: who was authenticated; `reviewer`: the
 * name that the request gives. Throws `not_found`, and `conflict_state` where there is no decision to undo.
 */
export async function undoDecision(
  id: string,
  { by, reviewer, note }: { readonly by: string; readonly reviewer: string | null; readonly note: string | null },
  service: Service,
): Promise<Conflict> {
  const conflict = await conflictById(id, service);
  if (conflict.status !== 'resolved') throw new LookupError('conflict_state', 'there is no decision to undo');
  await requireOtherEyes(conflict, by, service);
  const record = service.definitions.has(conflict.ref.kind) ? await service.records.get(conflict.ref) : undefined;
  const { conflict: mark = null } = record ?? {};
  if (mark !== null && mark.id !== id) {
    throw new LookupError('conflict_state', `the record is in another conflict now: ${mark.id}`);
  }
  const now = service.clock.now();
  const next = {
    ...awaitingReview(conflict, { ...service.review, from: now }),
    editedBy: editorsOf(conflict, [by]),
    revision: conflict.revision + 1,
  };
  // The process that resolved it may have ended before it wrote the trail.
  await recordDecision(conflict, service);
  const entry = await service.audit.following({
    ref: { kind: 'conflict', id },
    cause: 'review',
    actor: by,
    before: { decision: conflict.decision },
    after: { decision: null, undone: conflict.decision, reviewer, note },
    block: conflict.block,
    timestamp: new Date(now).toISOString(),
  });
  // Rule ITEM-3: an undo that is refused, or that another one has overtaken, leaves no entry.
  const undone =
    record === undefined ? await service.conflicts.change(next, entry) : await reopen(record, next, entry, service);
  if (!undone) throw changedMeanwhile();
  service.metrics.count('ConflictAwaitsReview');
  return next;
}

async function reopen(
  record: EntityRecord,
  next: Conflict,
  entry: AuditEntry | undefined,
  service: Pick<Service, 'records' | 'cache' | 'clock' | 'memory' | 'snapshots'>,
): Promise<boolean> {
  const marked: EntityRecord = {
    ...record,
    proof: ofDispute,
    conflict: { id: next.id, state: 'open', chainDigest: next.chainDigest },
  };
  const { won } = await service.records.save(marked, comparedWith(record), undefined, next, entry);
  if (won) await putDisputedEntry(marked, service);
  return won;
}
