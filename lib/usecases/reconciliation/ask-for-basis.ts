import { watchedBy } from '../../domain/basis.ts';
import { refKey } from '../../domain/entity.ts';
import type { OpenFinding } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { trackingFor, watchedUntil } from '../saving/commit-record.ts';
import type { Remedied } from './remedies.ts';

/** Shared state is moved by sync alone: its watches are written again, and sync is asked to read it with its next batch. */
export async function askForBasis(
  { ref }: OpenFinding,
  { records, watches, progress, clock }: Pick<Service, 'records' | 'watches' | 'progress' | 'clock'>,
): Promise<Remedied> {
  const record = await records.get(ref);
  if (record === undefined) return { outcome: 'unfixed' };
  const { trackedUntil } = trackingFor(record.readSet, undefined, clock.now());
  await watches.put(refKey(ref), watchedBy(record), watchedUntil(trackedUntil));
  await progress.askForBases();
  // Nothing rests on it until then; the next run says whether it is right.
  return { outcome: 'unfixed' };
}
