import { chainEntry } from '../../domain/audit-chain.ts';
import { type BlockRef, blockRef, type StateKey } from '../../domain/block.ts';
import { changes, isEdited, sameValue, type Verdict } from '../../domain/compare.ts';
import { digestOf } from '../../domain/digest.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import type { AuditEntry, Cause, EntityRecord, Observation } from '../../domain/record.ts';
import { union } from '../observing/observe.ts';
import { trackingFor } from './commit-record.ts';

/** An observation on its way to become a record. */
export interface Change {
  readonly seen: Observation;
  readonly before: EntityRecord | undefined;
  readonly verdict: Verdict;
  readonly cause: Cause;
  /** Who decided it; the service, where nobody did. */
  readonly actor?: string;
  readonly fork: number;
  readonly now: number;
  /** The kind's fields: the audit entry names those that changed. undefined: the value as a whole. */
  readonly fields?: EntityDefinition['fields'] | undefined;
  readonly owner: string | null;
  readonly tooLarge: boolean;
  /** Whether the date until which it is followed may be set anew; by a reading of somebody's, where this is left out. */
  readonly renews?: boolean;
  /** Bases only. */
  readonly changedAt?: number;
}

export interface NextRecord {
  readonly record: EntityRecord;
  /** undefined where only block and read set move. */
  readonly audit: AuditEntry | undefined;
  /** What must be watched anew. */
  readonly watch: readonly StateKey[];
}

export function nextRecord(change: Change): NextRecord {
  const { seen, before, verdict, fork, now, owner, tooLarge, changedAt } = change;
  // What nobody reads is let go: that we go on reading it ourselves keeps it followed no longer.
  const { renews = change.cause !== 'sync' && change.cause !== 'reconciliation' } = change;
  const value = tooLarge ? null : seen.value;
  // Read by another definition to the same value: nothing has changed that anybody could see. What somebody else wrote
  // into the row has, though it be the same: the trail does not know of it.
  const same = verdict === 'match' || (verdict === 'outdated' && sameValue(before?.value ?? null, value));
  const unchanged = same && before !== undefined && !isEdited(before);
  const readSet = tooLarge ? [] : seen.readSet;
  // Seen twice at one block: it rests on all that either reading rested on.
  const joins = verdict === 'match' && before?.block.height === seen.block.height ? before : undefined;
  const bases = [
    ...seen.bases,
    ...(joins?.bases ?? []).filter(({ name }) => !seen.bases.some((own) => own.name === name)),
  ];
  const audit = unchanged ? undefined : auditOf(change, value);
  const { trackedUntil, watch } = trackingFor(readSet, verdict === 'refuted' ? undefined : before, now, renews);
  const record: EntityRecord = {
    ...seen,
    value,
    probedValidators: union(before?.probedValidators ?? [], seen.probedValidators),
    readSet: union(joins?.readSet ?? [], readSet),
    bases,
    digest: digestOf(value),
    sequence: audit?.sequence ?? before?.sequence ?? 1,
    auditHead: audit?.digest ?? before?.auditHead ?? '',
    fork,
    checkedAt: new Date(now).toISOString(),
    trackedUntil,
    logicVersion: LOGIC_VERSION,
    owner: value === null ? null : owner,
    tooLarge,
    // What is read anew through the door ends every dispute about what was there before.
    conflict: null,
    ...(changedAt === undefined ? {} : { changedAt }),
  };
  return { record, audit, watch };
}

/** Of a row that was written behind our back nobody knows what has changed, where that is what the chain says. */
const auditOf = (
  { seen, before, verdict, cause, actor = 'service', now, fields }: Change,
  value: object | null,
): AuditEntry =>
  chainEntry({
    ref: seen.ref,
    sequence: (before?.sequence ?? 0) + 1,
    cause,
    actor,
    ...changes(verdict === 'match' ? undefined : fields, before?.value ?? null, value),
    block: seen.block,
    timestamp: new Date(now).toISOString(),
    previousDigest: before?.auditHead ?? null,
  });

/** An entry that changes no value: the record was let go, or its basis has changed unseen. */
export const touchEntry = ({ ref, sequence, auditHead }: EntityRecord, block: BlockRef, now: number): AuditEntry =>
  chainEntry({
    ref,
    sequence: sequence + 1,
    cause: 'sync',
    actor: 'service',
    before: {},
    after: {},
    block: blockRef(block),
    timestamp: new Date(now).toISOString(),
    previousDigest: auditHead,
  });
