import { isUnusable, type Snapshot } from '../domain/claim.ts';
import { type Remaining, withTimeout } from '../domain/deadline.ts';
import { messageOf, StoreUnavailable } from '../domain/errors.ts';
import type { CacheEntry, EntityRecord } from '../domain/record.ts';
import type { Service } from '../domain/service.ts';
import { note, reasonOf } from '../domain/trace.ts';

/** Share of a read's deadline that the store may take before the chain is asked. */
export const storeDeadlineShare = 0.25;
/** How long an answer waits for its last writes, should the table hang. */
export const flushTimeoutMs = 200;

/** The record, unless it is too large or of an abandoned fork. Invalidations do not count: they concern cache entries. */
export const trusted = (record: EntityRecord | undefined, { progress }: Snapshot): EntityRecord | undefined =>
  record !== undefined && !isUnusable(record, { ...progress, invalidations: [] }) ? record : undefined;

export const basisNames = ({ bases }: Pick<CacheEntry, 'bases'>): string[] => bases.map(({ name }) => name);

/** The store's answer; undefined where the store fails or is late, which fails no read. */
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

/** Counts and logs a failure of the store. */
export function storeFailed(error: unknown, { log, metrics }: Pick<Service, 'log' | 'metrics'>): undefined {
  metrics.count('StoreFailed');
  note({ step: 'store', outcome: 'failed', why: () => (error === 'not in time' ? error : reasonOf(error)) });
  log.warn('the store was not available', { error: messageOf(error) });
  return undefined;
}

const attempts = 5;

/** Repeats what another change of the same thing has come between. Throws StoreUnavailable when that does not end. */
export async function uncontestedChange<Made>(what: string, attempt: () => Promise<Made | undefined>): Promise<Made> {
  for (let left = attempts; left > 0; left -= 1) {
    const made = await attempt();
    if (made !== undefined) return made;
  }
  throw new StoreUnavailable(`the ${what} stays contended`);
}
