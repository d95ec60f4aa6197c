import { blockRef } from './block.ts';
import type { Conflict } from './conflict.ts';
import type { DomainEvent } from './domain-event.ts';
import { refKey } from './entity.ts';
import type { Reconciliation } from './reconciliation.ts';
import type { AuditEntry } from './record.ts';
import { type StoredSubmission, submissionRef, transactionRef } from './submission.ts';

/** Rule FEED-2: what is said of sync keeps its order. */
export const syncSubject = 'sync';

/** Rule FEED-2: and so does what is said of each webhook. */
export const webhookSubject = (id: string): string => `webhook#${id}`;

/**
 * The events of one write: the change of a record, and the opening or end of a conflict. Ids follow from the change alone, so a
 * write that is sent again and an event that is published again keep their ids (rule CONFLICT-5).
 */
export const eventsOf = (
  audit: AuditEntry | undefined,
  conflict: Conflict | undefined,
  { accounts = [], at }: { readonly accounts?: readonly string[] | undefined; readonly at?: string | undefined } = {},
): DomainEvent[] => [
  // Bases are internal: subscribers see their effect in the changes of records.
  ...(audit === undefined || audit.ref.kind === 'basis' ? [] : [recordChanged(audit, accounts)]),
  ...(conflict === undefined ? [] : conflictEvents(conflict, at)),
];

function recordChanged(
  { ref, sequence, cause, before, after, block, timestamp, previousDigest }: AuditEntry,
  accounts: readonly string[],
): DomainEvent {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return {
    id: `RecordChanged#${refKey(ref)}#${sequence}`,
    type: 'RecordChanged',
    at: timestamp,
    detail: { ref, accounts, sequence, cause, fields, block: block && blockRef(block), previousDigest },
  };
}

/**
 * Each revision of a conflict is one event. The first one opens it, whatever its status is, and so does one that finds the same
 * dispute again. `changedAt`: where an entry of its trail says when that was.
 */
function conflictEvents(conflict: Conflict, changedAt: string | undefined): DomainEvent[] {
  const { id, status, revision, openedAt, resolvedAt } = conflict;
  const detail = detailOf(conflict);
  if (status === 'resolved') {
    const at = resolvedAt ?? openedAt;
    return [{ id: `ConflictResolved#${id}#${revision}`, type: 'ConflictResolved', at, detail }];
  }
  if (status !== 'open' && revision !== 1) {
    return [
      { id: `ConflictAwaitsReview#${id}#${revision}`, type: 'ConflictAwaitsReview', at: changedAt ?? openedAt, detail },
    ];
  }
  return [{ id: `ConflictOpened#${id}#${revision}`, type: 'ConflictOpened', at: openedAt, detail }];
}

const detailOf = ({ id, ref, class: kind, fields, block, decision }: Conflict) => ({
  id,
  ref,
  class: kind,
  fields: fields.map(({ field }) => field),
  accounts: accountsNamed(fields),
  block: blockRef(block),
  decision: decision?.decision ?? null,
});

/** The accounts among the disputed values. */
const accountsNamed = (fields: Conflict['fields']): readonly string[] =>
  fields
    .flatMap(({ database, chain }) => [database, chain])
    .filter((value): value is string => typeof value === 'string' && value.startsWith('account-hash-'));

/** A run of reconciliation begins, or is taken up after an interruption. */
export const reconciliationStarted = ({
  id,
  scope,
  dryRun,
  startedBy,
  startedAt,
  block,
}: Reconciliation): DomainEvent => ({
  id: `ReconciliationStarted#${id}`,
  type: 'ReconciliationStarted',
  at: startedAt,
  detail: { id, scope, dryRun, startedBy, startedAt, block: block && blockRef(block) },
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
  detail: {
    ref: transactionRef(hash),
    accounts: [`account-hash-${account}`],
    ...{ hash, account, state, outcome, block },
  },
});
