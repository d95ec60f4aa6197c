import { abortIn } from '../../domain/deadline.ts';
import type { EntityDefinition, EntityRef } from '../../domain/entity.ts';
import type { OpenFinding } from '../../domain/reconciliation.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { type Arbitrated, arbitrate } from '../conflicts/arbitrate.ts';
import { leastBlock } from '../observing/least-block.ts';
import { knownOnFork } from '../observing/observe.ts';
import { orphanReason } from '../observing/orphaned-block.ts';
import { quorumRead } from '../observing/quorum-read.ts';
import { newestTip } from '../observing/tip.ts';
import type { Remedied } from './remedies.ts';
import { resolveMarked, resolveNow } from './resolve-now.ts';

const attempts = 3;

/** Reads it again at the newest block, by the word of most nodes, and saves it through the door. */
export async function refreshByQuorum({ ref, sequence }: OpenFinding, service: Service): Promise<Remedied | 'changed'> {
  const record = await service.records.get(ref);
  if (record?.conflict?.state === 'open') return resolveMarked(record, record.conflict.id, service);
  // Whoever has changed it since it was looked at has read it anew.
  if (record !== undefined && record.sequence !== sequence) return 'changed';
  return saveByQuorum(ref, record, service);
}

/** `record`: what there is of it. */
export async function saveByQuorum(
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
        return settled.conflict === undefined ? { outcome: 'unfixed' } : resolveNow(settled.conflict, service);
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
): Promise<Arbitrated | undefined> {
  const { progress } = await service.snapshots.renewed();
  const signal = abortIn(service.limits.deadlineMs * (definition.patience ?? 1) * 2);
  const atLeast = leastBlock(record, progress, service);
  const block = await newestTip({ atLeast, progress, signal, shared: undefined }, service);
  const reading = { definition, ref, block, before: knownOnFork(progress, record), signal };
  const observed = await quorumRead(reading, service);
  if (observed === undefined) return undefined;
  const isOrphaned =
    record !== undefined &&
    record.block.height > block.height &&
    (await orphanReason(record.block, block.height, service)) !== undefined;
  const settling = { definition, observed, block, read: record, progress, signal, isOrphaned } as const;
  return arbitrate({ ...settling, cause: 'reconciliation' }, service);
}
