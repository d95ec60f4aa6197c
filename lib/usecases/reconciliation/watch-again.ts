import { refKey } from '../../domain/entity.ts';
import type { OpenFinding } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { watchedUntil } from '../saving/commit-record.ts';
import type { Remedied } from './remedies.ts';

/** All watches of a record are written again; only a reading after that can claim anything by them. */
export async function restoreWatches(
  { ref }: OpenFinding,
  { records, watches }: Pick<Service, 'records' | 'watches'>,
): Promise<Remedied> {
  const record = await records.get(ref);
  if (record === undefined) return { outcome: 'unfixed' };
  await watches.put(refKey(ref), record.readSet, watchedUntil(record.trackedUntil));
  return { outcome: 'fixed' };
}
