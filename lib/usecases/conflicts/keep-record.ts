import { chainEntry } from '../../domain/audit-chain.ts';
import { isEdited } from '../../domain/compare.ts';
import { actorOf, type Conflict } from '../../domain/conflict.ts';
import { digestOf } from '../../domain/digest.ts';
import { ofDispute } from '../../domain/proof.ts';
import type { AuditEntry, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { putDisputedEntry } from '../saving/cache-entry.ts';
import { comparedWith, writeRecord } from '../saving/commit-record.ts';

/**
 * Keeps the stored value of a resolved conflict and closes this pair of values until either changes (rule CONFLICT-4). A
 * value that was edited outside this service and is kept counts as a change of the record, made by the reviewer. False:
 * the record or the conflict changed in the meantime.
 */
export async function keepRecord(
  record: EntityRecord,
  resolved: Conflict,
  service: Pick<Service, 'records' | 'audit' | 'cache' | 'clock' | 'memory' | 'snapshots' | 'metrics' | 'log'>,
): Promise<boolean> {
  const audit = isEdited(record) ? acceptance(record, resolved) : undefined;
  const kept: EntityRecord = {
    ...record,
    held: [],
    // Rule PROOF-2.
    proof: ofDispute,
    digest: digestOf(record.value),
    sequence: audit?.sequence ?? record.sequence,
    auditHead: audit?.digest ?? record.auditHead,
    conflict: { id: resolved.id, state: 'kept', chainDigest: resolved.chainDigest },
  };
  const written = await writeRecord(
    {
      record: kept,
      compared: comparedWith(record),
      audit,
      conflict: resolved,
      accounts: record.owner === null ? [] : [record.owner],
    },
    service,
  );
  if (written.won) await putDisputedEntry(written.record, service);
  return written.won;
}

function acceptance(record: EntityRecord, { fields, decision }: Conflict): AuditEntry {
  const side = (of: 'chain' | 'database') => Object.fromEntries(fields.map((field) => [field.field, field[of]]));
  return chainEntry({
    ref: record.ref,
    sequence: record.sequence + 1,
    cause: 'review',
    actor: decision === null ? '' : actorOf(decision),
    before: side('chain'),
    after: record.value === null ? null : side('database'),
    block: record.block,
    timestamp: decision?.at ?? '',
    previousDigest: record.auditHead,
  });
}
