import { StoreUnavailable } from '../../domain/errors.ts';
import { withMarker } from '../../domain/invalidation.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { updatesOf } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';
import { chain, readProgress } from './chain-item.ts';

const attempts = 10;
const set = 'SET #invalidations = :next';
const none = 'attribute_not_exists(#invalidations)';
const asRead = '#invalidations = :read';

/** Rule TRACK-4. The new list is made from the one that was read, and kept if no other marker was added in the meantime. */
export function createInvalidations(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'invalidate'> {
  const update = updatesOf(dynamo, tableName(prefix, 'progress'));
  return {
    async invalidate(marker) {
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const { invalidations: read } = await readProgress(dynamo, prefix);
        const next = withMarker(read, marker);
        // Already covered: by another marker, or by this one, if the answer to its write was lost.
        if (next === read) return read;
        const condition = read.length === 0 ? none : asRead;
        if ((await update(chain, set, condition, { ':next': next, ':read': read })).made) return next;
        await dynamo.backoff(attempt);
      }
      throw new StoreUnavailable('the list of invalidations stays contended');
    },
  };
}
