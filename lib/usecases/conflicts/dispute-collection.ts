import { blockRef } from '../../domain/block.ts';
import { type Conflict, type Dispute, openedConflict } from '../../domain/conflict.ts';
import { digestOf } from '../../domain/digest.ts';
import { testimonyOf } from '../../domain/judgement.ts';
import type { Service } from '../../domain/service.ts';
import { type Corroborated, corroborate } from '../observing/corroborate.ts';
import { basisRef } from '../process/snapshots.ts';
import type { Disputed, Disputing } from './dispute.ts';
import { noteOpened } from './open-conflict.ts';

/**
 * What a record rests on is gone, and so is everything that rests on it: one conflict for all of them. No row is touched, and
 * none needs a mark: a record that rests on a basis is not claimed beyond its own block once that has changed.
 */
export async function disputeCollection(name: string, disputing: Disputing, service: Service): Promise<Disputed> {
  const { record } = disputing;
  const ref = basisRef(name);
  const id = digestOf({ ref, class: 'vanished' });
  const known = await service.conflicts.get(id);
  if (known !== undefined && known.status !== 'resolved') return { outcome: 'collection-gone', id };
  // A record that was read after it had been found to be gone: it had come back, and is gone once more.
  if (known !== undefined && record.block.height <= known.block.height) {
    return known.decision?.decision === 'chain' ? { outcome: 'absence-accepted' } : { outcome: 'collection-gone', id };
  }

  const corroborated = await corroborate({ ...disputing, ref: disputing.record.ref }, service);
  const { judgement, observed } = corroborated;
  if (judgement.verdict === 'untold') {
    service.metrics.count('Unverifiable');
    return { outcome: 'unverifiable' };
  }
  if (observed !== undefined && observed.observation.value !== null) return { outcome: 'borne-out', observed };
  const found = disputeOf({ ref, id, name, disputing, corroborated });
  const conflict = openedConflict(found, known, { ...service.review, from: service.clock.now() });
  // Another process may have opened it meanwhile: it is the same one.
  if (await service.conflicts.change(conflict)) noteOpened(conflict, service);
  return { outcome: 'collection-gone', id };
}

interface Gone {
  readonly ref: Conflict['ref'];
  readonly id: string;
  readonly name: string;
  readonly disputing: Disputing;
  readonly corroborated: Corroborated;
}

/** Its fields are what was joined to answers; its block is the one at which it was found to be gone. */
function disputeOf({ ref, id, name, disputing, corroborated }: Gone): Dispute {
  const { record, block } = disputing;
  const { judgement, statements } = corroborated;
  const joined = record.bases.find((basis) => basis.name === name)?.joined ?? {};
  const nothing = digestOf(null);
  return {
    id,
    ref,
    class: judgement.verdict === 'disagree' ? 'nodes-disagree' : 'vanished',
    fields: Object.entries(joined).map(([field, database]) => ({ field, database, chain: null, resolution: 'review' })),
    block: blockRef(block),
    databaseDigest: digestOf(joined),
    chainDigest: nothing,
    evidence: statements.map((statement) => testimonyOf(statement, digestOf(record.value), nothing)),
  };
}
