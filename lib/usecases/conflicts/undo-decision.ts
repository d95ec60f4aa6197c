import { awaitingReview, type Conflict } from '../../domain/conflict.ts';
import { LookupError } from '../../domain/errors.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { comparedWith } from '../saving/commit-record.ts';
import { putDisputedEntry } from '../saving/put-marked.ts';
import { conflictById } from './list-conflicts.ts';
import { recordDecision } from './write-down-decision.ts';

/**
 * Takes a decision back: the conflict awaits a review again, and the record is in dispute again, whatever its value is by
 * now. No value is restored. Throws `not_found`, and `conflict_state` where there is nothing to take back.
 */
export async function undoDecision(
  id: string,
  { reviewer, note }: { readonly reviewer: string; readonly note: string | null },
  service: Service,
): Promise<Conflict> {
  const conflict = await conflictById(id, service);
  if (conflict.status !== 'resolved') throw new LookupError('conflict_state', 'there is no decision to take back');
  const record = service.definitions.has(conflict.ref.kind) ? await service.records.get(conflict.ref) : undefined;
  const { conflict: mark = null } = record ?? {};
  if (mark !== null && mark.id !== id) {
    throw new LookupError('conflict_state', `another conflict of the same record comes first: ${mark.id}`);
  }
  const now = service.clock.now();
  const next = {
    ...awaitingReview(conflict, { ...service.review, from: now }),
    revision: conflict.revision + 1,
  };
  // Whoever closed it may have died before it was written down.
  await recordDecision(conflict, service);
  // First the trail: whoever dies in between does it again, and it is there once.
  await service.audit.append({
    ref: { kind: 'conflict', id },
    cause: 'review',
    actor: reviewer,
    before: { decision: conflict.decision },
    after: { decision: null, undone: conflict.decision, note },
    block: conflict.block,
    timestamp: new Date(now).toISOString(),
  });
  const undone = record === undefined ? await service.conflicts.change(next) : await reopen(record, next, service);
  if (!undone) {
    throw new LookupError('conflict_state', 'it has been changed by somebody else meanwhile', { retryable: true });
  }
  service.metrics.count('ConflictAwaitsReview');
  return next;
}

async function reopen(
  record: EntityRecord,
  next: Conflict,
  service: Pick<Service, 'records' | 'cache' | 'clock' | 'memory' | 'snapshots'>,
): Promise<boolean> {
  const marked: EntityRecord = {
    ...record,
    conflict: { id: next.id, state: 'open', chainDigest: next.chainDigest },
  };
  const { won } = await service.records.save(marked, comparedWith(record), undefined, next);
  if (won) await putDisputedEntry(marked, service);
  return won;
}
