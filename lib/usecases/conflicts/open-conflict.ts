import {
  type Conflict,
  type ConflictClass,
  conflictIdOf,
  type Dispute,
  disputedFields,
  needsReview,
  openedConflict,
} from '../../domain/conflict.ts';
import { digestOf } from '../../domain/digest.ts';
import { type EntityDefinition, refKey } from '../../domain/entity.ts';
import { type Statement, testimonyOf } from '../../domain/judgement.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { comparedWith } from '../saving/commit-record.ts';
import { putDisputedEntry } from '../saving/put-marked.ts';

type OpenService = Pick<
  Service,
  'records' | 'cache' | 'conflicts' | 'clock' | 'memory' | 'snapshots' | 'metrics' | 'log' | 'review'
>;

export interface Opening {
  readonly definition: EntityDefinition;
  /** As it is stored, in no open dispute. */
  readonly record: EntityRecord;
  readonly class: ConflictClass;
  /** What the chain says, as far as that can be told. */
  readonly chainValue: object | null;
  readonly statements: readonly Statement[];
}

/**
 * Marks the record and opens its conflict, in one transaction: from then on the record claims nothing. The record with
 * its mark, by whomever it was made; undefined where another writer has changed the record meanwhile.
 */
export async function openConflict(opening: Opening, service: OpenService): Promise<EntityRecord | undefined> {
  const { record } = opening;
  const found = disputeOf(opening);
  const known = await service.conflicts.get(found.id);
  if (known !== undefined && known.status !== 'resolved') {
    const there = await service.records.get(record.ref);
    if (there?.conflict?.id === found.id) return there;
  }
  const conflict = openedConflict(found, known, { ...service.review, from: service.clock.now() });
  const { id, chainDigest } = conflict;
  const marked: EntityRecord = { ...record, conflict: { id, state: 'open', chainDigest } };
  const outcome = await service.records.save(marked, comparedWith(record), undefined, conflict);
  if (!outcome.won) return outcome.winner?.conflict?.state === 'open' ? outcome.winner : undefined;
  noteOpened(conflict, service);
  await putDisputedEntry(marked, service);
  return marked;
}

function disputeOf({ definition, record, class: disputed, chainValue, statements }: Opening): Dispute {
  const { ref, block } = record;
  const fields = disputedFields(definition, record.value, chainValue);
  const [databaseDigest, chainDigest] = [digestOf(record.value), digestOf(chainValue)];
  const id = conflictIdOf({ ref, fields, block, databaseDigest });
  const evidence = statements.map((statement) => testimonyOf(statement, databaseDigest, chainDigest));
  return { id, ref, class: disputed, fields, block, databaseDigest, chainDigest, evidence };
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
