import type { EntityRecord } from '../domain/record.ts';

/** A record in the form of the contract. The value has routes of its own. */
export const storedRecordAnswer = (record: EntityRecord) => ({
  ref: record.ref,
  block: record.block,
  sequence: record.sequence,
  digest: record.digest,
  checkedAt: record.checkedAt,
  trackedUntil: record.trackedUntil,
  validUntil: record.validUntil,
  proof: record.proof ?? null,
  dependsOn: { keys: record.readSet, shared: record.bases.map(({ name, height }) => ({ name, height })) },
  conflict: record.conflict?.state === 'open' ? record.conflict.id : null,
});
