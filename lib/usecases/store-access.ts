import { isUnusable, type Snapshot } from '../domain/claim.ts';
import { type Remaining, withTimeout } from '../domain/deadline.ts';
import { messageOf } from '../domain/errors.ts';
import type { CacheEntry, EntityRecord } from '../domain/record.ts';
import type { Service } from '../domain/service.ts';
/** Of a read's deadline, what the store may take before the chain is asked. */
export const storeDeadlineShare = 0.25;
/** What is still to be told when an answer leaves costs it no more than this, should the table hang. */
export const flushTimeoutMs = 200;

/** A record of a branch that never was, or of a value that was not kept, says nothing; invalidation is the cache's. */
export const trusted = (record: EntityRecord | undefined, { progress }: Snapshot): EntityRecord | undefined =>
  record !== undefined && !isUnusable(record, { ...progress, invalidations: [] }) ? record : undefined;

export const basisNames = ({ bases }: Pick<CacheEntry, 'bases'>): string[] => bases.map(({ name }) => name);

/** What the store says; undefined when it fails or is late, which fails no read. */
export async function bestEffort<T>(asked: Promise<T>, time: Remaining, service: Pick<Service, 'log' | 'metrics'>) {
  try {
    const got = await withTimeout(
      asked.then((value) => ({ value })),
      time(),
    );
    return got === undefined ? storeFailed('not in time', service) : got.value;
  } catch (error) {
    return storeFailed(error, service);
  }
}

/** The store's failures are counted and logged, and fail no read. */
export function storeFailed(error: unknown, { log, metrics }: Pick<Service, 'log' | 'metrics'>): undefined {
  metrics.count('StoreFailed');
  log.warn('the store could not be used', { error: messageOf(error) });
  return undefined;
}
