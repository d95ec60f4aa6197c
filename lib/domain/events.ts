import { blockRef } from './block.ts';
import type { Conflict } from './conflict.ts';
import type { DomainEvent } from './domain-event.ts';
import { refKey } from './entity.ts';
import type { AuditEntry } from './record.ts';
import { type StoredSubmission, submissionRef } from './submission.ts';

/**
 * The events of one write: the change of a record, and the opening or end of a conflict. Ids follow from the change alone, so a
 * write that is sent again and an event that is published again keep their ids (rule CONFLICT-5).
 */
export const eventsOf = (audit: AuditEntry | undefined, conflict: Conflict | undefined): DomainEvent[] => [
  // Bases are internal: subscribers see their effect in the changes of records.
  ...(audit === undefined || audit.ref.kind === 'basis' ? [] : [recordChanged(audit)]),
  ...(conflict === undefined ? [] : conflictEvents(conflict)),
];

function recordChanged({
  ref,
  sequence,
  cause,
  before,
  after,
  block,
  timestamp,
  previousDigest,
}: AuditEntry): DomainEvent {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return {
    id: `RecordChanged#${refKey(ref)}#${sequence}`,
    type: 'RecordChanged',
    at: timestamp,
    detail: { ref, sequence, cause, fields, block: block && blockRef(block), previousDigest },
  };
}

/** A conflict is opened by its first revision, whatever its status is, and again where the same dispute is found again. */
function conflictEvents(conflict: Conflict): DomainEvent[] {
  const { id, status, revision, openedAt, resolvedAt } = conflict;
  const detail = detailOf(conflict);
  if (status === 'resolved') {
    const at = resolvedAt ?? openedAt;
    return [{ id: `ConflictResolved#${id}#${revision}`, type: 'ConflictResolved', at, detail }];
  }
  if (status !== 'open' && revision !== 1) return [];
  return [{ id: `ConflictOpened#${id}#${revision}`, type: 'ConflictOpened', at: openedAt, detail }];
}

const detailOf = ({ id, ref, class: kind, fields, block, decision }: Conflict) => ({
  id,
  ref,
  class: kind,
  fields: fields.map(({ field }) => field),
  block: blockRef(block),
  decision: decision?.decision ?? null,
});

/** A submitted transaction is in a block, or can be in none any more (rule SUBMIT-6). */
export const submissionEnded = ({
  hash,
  account,
  state,
  outcome,
  block,
  entries,
  at,
}: StoredSubmission): DomainEvent => ({
  id: `SubmissionEnded#${refKey(submissionRef(hash))}#${entries}`,
  type: 'SubmissionEnded',
  at,
  detail: { hash, account, state, outcome, block },
});
