import {
  type Conflict,
  type ConflictClass,
  conflictIdOf,
  type Dispute,
  disputedFields,
  editorsOf,
  needsReview,
  openedConflict,
} from '../../domain/conflict.ts';
import { digestOf } from '../../domain/digest.ts';
import { type EntityDefinition, refKey } from '../../domain/entity.ts';
import { type Statement, testimonyOf } from '../../domain/judgement.ts';
import { ofDispute, type ReadingProof } from '../../domain/proof.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { putDisputedEntry } from '../saving/cache-entry.ts';
import { comparedWith } from '../saving/commit-record.ts';

type OpenService = Pick<
  Service,
  | 'records'
  | 'audit'
  | 'cache'
  | 'conflicts'
  | 'onBehalfOf'
  | 'clock'
  | 'memory'
  | 'snapshots'
  | 'metrics'
  | 'log'
  | 'review'
>;

export interface ConflictOpening {
  readonly definition: EntityDefinition;
  /** The stored record. It is in no open dispute. */
  readonly record: EntityRecord;
  readonly class: ConflictClass;
  /** The chain's value, as far as the nodes say. */
  readonly chainValue: object | null;
  readonly chainProof: ReadingProof | undefined;
  readonly statements: readonly Statement[];
}

/**
 * Opens a conflict and marks its record, in one transaction. From then on the record claims nothing, and its readers go
 * to the chain (rule CONFLICT-2). The result is the marked record, also where another process marked it; undefined:
 * another writer changed the record in the meantime.
 */
export async function openConflict(opening: ConflictOpening, service: OpenService): Promise<EntityRecord | undefined> {
  const { record } = opening;
  const found = recordDispute(opening);
  const known = await service.conflicts.get(found.id);
  if (known !== undefined && known.status !== 'resolved') {
    const there = await service.records.get(record.ref);
    if (there?.conflict?.id === found.id) return there;
  }
  const editors = await editorsOfValue(record, service);
  const by = { ...service.review, from: service.clock.now(), by: service.onBehalfOf, editors };
  const conflict = openedConflict(found, known, by);
  const { id, chainDigest } = conflict;
  // Rules PAST-5 and PROOF-2: nothing is known of where a disputed value has held, and it is not proved.
  const marked: EntityRecord = { ...record, held: [], proof: ofDispute, conflict: { id, state: 'open', chainDigest } };
  const outcome = await service.records.save(marked, comparedWith(record), undefined, conflict);
  if (!outcome.won) return outcome.winner?.conflict?.state === 'open' ? outcome.winner : undefined;
  noteOpened(conflict, service);
  await putDisputedEntry(marked, service);
  return marked;
}

/** Rule CONFLICT-7: the persons by whose decision the stored value is what it is: they made it, or they kept it. */
async function editorsOfValue(
  { ref, conflict }: EntityRecord,
  { audit, conflicts, review }: OpenService,
): Promise<readonly string[]> {
  if (!review.fourEyes) return [];
  const [latest] = await audit.history(ref, { limit: 1 });
  const kept = conflict?.state === 'kept' ? await conflicts.get(conflict.id) : undefined;
  return [...(latest?.cause === 'review' ? [latest.actor] : []), ...editorsOf(kept)];
}

function recordDispute(opening: ConflictOpening): Dispute {
  const { definition, record, class: disputed, chainValue, chainProof: proof, statements } = opening;
  const { ref, block } = record;
  const fields = disputedFields(definition, record.value, chainValue);
  const [databaseDigest, chainDigest] = [digestOf(record.value), digestOf(chainValue)];
  // Rule CONFLICT-1: repeats of one dispute have one id; a second edit of the row has another id.
  const id = conflictIdOf({ ref, fields, block, databaseDigest });
  const evidence = statements.map((statement) => testimonyOf(statement, databaseDigest, chainDigest));
  const found = { id, ref, class: disputed, fields, block, databaseDigest, chainDigest, evidence };
  return { ...found, ...(proof !== undefined && { proof }) };
}

export function noteOpened(conflict: Conflict, { metrics, log }: Pick<Service, 'metrics' | 'log'>): void {
  const { id, ref, class: disputed, fields, status } = conflict;
  metrics.count('ConflictOpened');
  if (status === 'awaiting-review') metrics.count('ConflictAwaitsReview');
  const names = fields.map(({ field }) => field);
  log.warn('a conflict was opened', {
    id,
    ref: refKey(ref),
    class: disputed,
    fields: names,
    review: needsReview(conflict),
  });
}
