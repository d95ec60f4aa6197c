import { type EntityRef, refKey } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';
import type { FollowContext } from './following.ts';

/** Of which configured collections a batch was not followed whole. */
export interface DoubtfulCollections {
  /** The record does not have what the chain has at the end of the batch. */
  doubt(ref: EntityRef): void;
  /** Before the cursor moves: from here on only an enumeration that begins after the batch makes them whole. Throws StoreUnavailable. */
  store(): Promise<void>;
}

type DoubtService = Pick<Service, 'shared' | 'definitions' | 'collections' | 'clock' | 'metrics' | 'log'>;

/** Rule COLLECT-4: a batch that costs a collection its wholeness says so. Any other batch writes nothing here. */
export function doubtfulCollections(following: FollowContext, service: DoubtService): DoubtfulCollections {
  const { batch, snapshot } = following;
  const { shared, definitions, collections, clock } = service;
  const reasons = new Map<string, string>();
  // The runner before had another configuration: it did not look for what its batches wrote.
  if (snapshot.progress.discovers !== shared.settings)
    for (const { packageHash } of shared.discovering)
      reasons.set(packageHash, `sync looks for its tokens from block ${batch.last.height} on`);

  return {
    doubt(ref) {
      const collection = definitions.get(ref.kind)?.collectionOf?.(ref.id);
      const isOfOne = shared.discovering.some(
        ({ packageHash, kind }) => packageHash === collection && kind === ref.kind,
      );
      if (collection === undefined || !isOfOne) return;
      const reason = `sync could not keep ${refKey(ref)}`;
      service.log.warn('a collection is not whole any more', { collection, reason, block: batch.last.height });
      service.metrics.count('CollectionInterrupted');
      reasons.set(collection, reason);
    },

    async store() {
      const at = new Date(clock.now()).toISOString();
      const { height } = batch.last;
      for (const [packageHash, reason] of reasons)
        await collections.interrupt(packageHash, { height, fork: snapshot.progress.fork, reason, at });
    },
  };
}
