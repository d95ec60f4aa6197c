import { watchedBy } from '../../domain/basis.ts';
import { refKey } from '../../domain/entity.ts';
import type { Found } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { following, watchedUntil } from '../door.ts';
import type { Remedied } from './remedies.ts';

/** Shared state is moved by sync alone: its watches are written again, and sync is asked to read it with its next batch. */
export async function askForBasis(
  { ref }: Found,
  { records, watches, progress, clock }: Pick<Service, 'records' | 'watches' | 'progress' | 'clock'>,
): Promise<Remedied> {
  const record = await records.get(ref);
  if (record === undefined) return { outcome: 'unfixed' };
  const { followedUntil } = following(record.readSet, undefined, clock.now());
  await watches.put(refKey(ref), watchedBy(record), watchedUntil(followedUntil));
  await progress.askForBases();
  // Nothing rests on it until then; the next run says whether it is right.
  return { outcome: 'unfixed' };
}
