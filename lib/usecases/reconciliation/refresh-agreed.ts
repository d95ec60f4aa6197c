import { abortIn } from '../../domain/deadline.ts';
import type { EntityDefinition, EntityRef } from '../../domain/entity.ts';
import type { Found } from '../../domain/reconciliation.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { agreedOn } from '../agreed-on.ts';
import { displacement } from '../displacement.ts';
import { leastBlock } from '../least-block.ts';
import { knownOn } from '../observe.ts';
import { type Settled, settle } from '../settle.ts';
import { newestTip } from '../tip.ts';
import { drive, driveMarked } from './drive.ts';
import type { Remedied } from './remedies.ts';

const attempts = 3;

/** Reads it again at the newest block, by the word of most nodes, and saves it through the door. */
export async function refreshAgreed({ ref, sequence }: Found, service: Service): Promise<Remedied | 'changed'> {
  const record = await service.records.get(ref);
  if (record?.conflict?.state === 'open') return driveMarked(record, record.conflict.id, service);
  // Whoever has changed it since it was looked at has read it anew.
  if (record !== undefined && record.sequence !== sequence) return 'changed';
  return saveAgreed(ref, record, service);
}

/** `record`: what there is of it. */
export async function saveAgreed(
  ref: EntityRef,
  record: EntityRecord | undefined,
  service: Service,
): Promise<Remedied> {
  const definition = service.definitions.get(ref.kind);
  if (definition === undefined) return { outcome: 'unfixed' };
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const settled = await settleAgreed(definition, ref, record, service);
    if (settled === undefined) return { outcome: 'unfixed' };
    switch (settled.saved.outcome) {
      case 'saved':
      case 'winner-kept':
        return { outcome: 'fixed' };
      case 'in-dispute':
      case 'collection-gone':
        return settled.conflict === undefined ? { outcome: 'unfixed' } : drive(settled.conflict, service);
      case 'absence-cached':
      case 'not-saved':
      case 'unverifiable':
        return { outcome: 'unfixed' };
      case 'overtaken':
    }
  }
  return { outcome: 'unfixed' };
}

/** undefined: nodes contradict each other, or none can say. */
async function settleAgreed(
  definition: EntityDefinition,
  ref: EntityRef,
  record: EntityRecord | undefined,
  service: Service,
): Promise<Settled | undefined> {
  const { progress } = await service.snapshots.renewed();
  const signal = abortIn(service.limits.deadlineMs * (definition.patience ?? 1) * 2);
  const atLeast = leastBlock(record, progress, service);
  const block = await newestTip({ atLeast, progress, signal, shared: undefined }, service);
  const reading = { definition, ref, block, before: knownOn(progress, record), signal };
  const observed = await agreedOn(reading, service);
  if (observed === undefined) return undefined;
  const isDisplaced =
    record !== undefined &&
    record.block.height > block.height &&
    (await displacement(record.block, block.height, service)) !== undefined;
  const settling = { definition, observed, block, read: record, progress, signal, isDisplaced } as const;
  return settle({ ...settling, cause: 'reconciliation' }, service);
}
