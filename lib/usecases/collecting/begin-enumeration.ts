import type { Service } from '../../domain/service.ts';
import { wholenessOf } from '../status/wholeness.ts';
import { nextPass } from './next-pass.ts';

export interface EnumerationBegun {
  /** Those that there is something to do about, by their package hashes. */
  readonly collections: readonly { readonly collection: string }[];
}

/** Which collections are to be enumerated, or passed over, now. Asks no node. Throws StoreUnavailable. */
export async function beginEnumeration(service: Service): Promise<EnumerationBegun> {
  const snapshot = await service.snapshots.renewed();
  service.memory.enter(snapshot.progress.fork);
  const known = await wholenessOf(snapshot, service);
  // Rule COLLECT-9.
  await service.listings.settleDoubts(
    known.map(({ collection }) => collection.packageHash),
    service.clock.now(),
  );
  const due = known.filter((collection) => nextPass(collection, snapshot, service).do !== 'nothing');
  const whole = known.filter(({ wholeness }) => wholeness.state === 'whole').length;
  service.metrics.gauge('CollectionsWhole', whole);
  service.metrics.gauge('CollectionsNotWhole', known.length - whole);
  return { collections: due.map(({ collection }) => ({ collection: collection.packageHash })) };
}
