import { chainEntry } from '../../domain/audit-chain.ts';
import { isEdited } from '../../domain/compare.ts';
import type { Conflict } from '../../domain/conflict.ts';
import { digestOf } from '../../domain/digest.ts';
import type { AuditEntry, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { comparedWith, writeRecord } from '../saving/commit-record.ts';
import { putDisputedEntry } from '../saving/put-marked.ts';

/**
 * Closes the pair of values in dispute: the record stays as it is, until either value changes. What was written behind our
 * back and is kept all the same is a change of the record, by whoever decided it. False where record or conflict have been
 * changed meanwhile.
 */
export async function keepRecord(
  record: EntityRecord,
  settled: Conflict,
  service: Pick<Service, 'records' | 'audit' | 'cache' | 'clock' | 'memory' | 'snapshots' | 'metrics' | 'log'>,
): Promise<boolean> {
  const audit = isEdited(record) ? acceptance(record, settled) : undefined;
  const kept: EntityRecord = {
    ...record,
    digest: digestOf(record.value),
    sequence: audit?.sequence ?? record.sequence,
    auditHead: audit?.digest ?? record.auditHead,
    conflict: { id: settled.id, state: 'kept', chainDigest: settled.chainDigest },
  };
  const stored = await writeRecord({ record: kept, compared: comparedWith(record), audit, conflict: settled }, service);
  if (stored.won) await putDisputedEntry(stored.record, service);
  return stored.won;
}

function acceptance(record: EntityRecord, { fields, decision }: Conflict): AuditEntry {
  const side = (of: 'chain' | 'database') => Object.fromEntries(fields.map((field) => [field.field, field[of]]));
  return chainEntry({
    ref: record.ref,
    sequence: record.sequence + 1,
    cause: 'review',
    actor: decision?.reviewer ?? '',
    before: side('chain'),
    after: record.value === null ? null : side('database'),
    block: record.block,
    timestamp: decision?.at ?? '',
    previousDigest: record.auditHead,
  });
}
