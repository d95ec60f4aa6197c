import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { resolveConflict } from '../conflicts/resolve-conflict.ts';
import { putDisputedEntry } from '../saving/put-marked.ts';
import type { Remedied } from './remedies.ts';

/** Settles a conflict at once, without waiting for the stream that tells of it: both come to the same. */
export async function resolveNow(id: string, service: Service): Promise<Remedied> {
  const { action, conflict } = await resolveConflict(id, service);
  const awaits = action === 'await-review' || conflict?.status === 'awaiting-review';
  return { outcome: awaits ? 'review' : 'fixed', conflict: id };
}

/** Of a record that bears its mark: whoever has marked it may have died before its cache entry said so. */
export async function resolveMarked(record: EntityRecord, id: string, service: Service): Promise<Remedied> {
  await putDisputedEntry(record, service);
  return resolveNow(id, service);
}
