import { abortIn } from '../../domain/deadline.ts';
import type { EntityDefinition, EntityRef } from '../../domain/entity.ts';
import type { RemedyOutcome } from '../../domain/reconciliation.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { type Arbitrated, arbitrate } from '../conflicts/arbitrate.ts';
import { resolveConflict } from '../conflicts/resolve-conflict.ts';
import { quorumRead } from '../observing/corroborate.ts';
import { knownOnFork } from '../observing/observe.ts';
import { orphanReason } from '../observing/orphaned-block.ts';
import { atNewestTip, lowestReadHeight } from '../observing/tip.ts';

/** How one remedy ended. */
export interface RemedyResult {
  readonly outcome: Exclude<RemedyOutcome, 'would-fix'>;
  readonly conflict?: string | undefined;
}

const attempts = 3;

/**
 * Reads an entity at the newest block by quorum, and saves it. `record` is the stored record, if there is one. A conflict that
 * this opens is resolved at once.
 */
export async function saveByQuorum(
  ref: EntityRef,
  record: EntityRecord | undefined,
  service: Service,
): Promise<RemedyResult> {
  const definition = service.definitions.get(ref.kind);
  if (definition === undefined) return { outcome: 'unfixed' };
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const arbitrated = await arbitrateByQuorum(definition, ref, record, service);
    if (arbitrated === undefined) return { outcome: 'unfixed' };
    switch (arbitrated.saved.outcome) {
      case 'saved':
      case 'winner-kept':
        return { outcome: 'fixed' };
      case 'in-dispute':
      case 'collection-gone':
        return arbitrated.conflict === undefined ? { outcome: 'unfixed' } : resolveNow(arbitrated.conflict, service);
      case 'absence-cached':
      case 'not-saved':
      case 'unverifiable':
        return { outcome: 'unfixed' };
      case 'overtaken':
    }
  }
  return { outcome: 'unfixed' };
}

/** undefined: the nodes contradict each other, or no node has an answer. */
async function arbitrateByQuorum(
  definition: EntityDefinition,
  ref: EntityRef,
  record: EntityRecord | undefined,
  service: Service,
): Promise<Arbitrated | undefined> {
  const { progress } = await service.snapshots.renewed();
  const signal = abortIn(service.limits.deadlineMs * (definition.patience ?? 1) * 2);
  const atLeast = lowestReadHeight(record, progress, service);
  const query = { atLeast, progress, signal, shared: undefined };
  const read = await atNewestTip(query, service, async (block) => {
    const reading = { definition, ref, block, before: knownOnFork(progress, record), signal };
    return { block, observed: await quorumRead(reading, service) };
  });
  const { block, observed } = read;
  if (observed === undefined) return undefined;
  const isOrphaned =
    record !== undefined &&
    record.block.height > block.height &&
    (await orphanReason(record.block, block.height, service)) !== undefined;
  const arbitration = { definition, observed, block, read: record, progress, signal, isOrphaned } as const;
  return arbitrate({ ...arbitration, cause: 'reconciliation' }, service);
}

/** Resolves a conflict at once, without waiting for the stream event about it. Resolving a conflict twice is safe. */
export async function resolveNow(id: string, service: Service): Promise<RemedyResult> {
  const { action, conflict } = await resolveConflict(id, service);
  const awaitsReview = action === 'await-review' || conflict?.status === 'awaiting-review';
  return { outcome: awaitsReview ? 'review' : 'fixed', conflict: id };
}
