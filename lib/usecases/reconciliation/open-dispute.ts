import { abortIn } from '../../domain/deadline.ts';
import type { OpenFinding } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { arbitrate } from '../conflicts/arbitrate.ts';
import { observeAnywhere } from '../observing/observe.ts';
import type { Remedied } from './remedies.ts';
import { resolveMarked, resolveNow } from './resolve-now.ts';

/** Says what the chain has at the record's own block, which contradicts it: a conflict is opened, and settled where it can be. */
export async function openDispute({ ref, sequence }: OpenFinding, service: Service): Promise<Remedied | 'changed'> {
  const definition = service.definitions.get(ref.kind);
  const record = await service.records.get(ref);
  if (definition === undefined || record === undefined) return { outcome: 'unfixed' };
  if (record.conflict?.state === 'open') return resolveMarked(record, record.conflict.id, service);
  if (record.sequence !== sequence) return 'changed';
  const { progress } = await service.snapshots.renewed();
  const signal = abortIn(service.limits.deadlineMs * (definition.patience ?? 1) * 2);
  const block = await service.chain.blockOf(record.block.hash, signal);
  const observed = await observeAnywhere({ definition, ref, block, before: record, signal }, service);
  const settling = { definition, observed, block, read: record, cause: 'reconciliation', progress, signal } as const;
  const { conflict } = await arbitrate(settling, service);
  return conflict === undefined ? { outcome: 'unfixed' } : resolveNow(conflict, service);
}
