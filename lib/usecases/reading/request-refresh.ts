import { randomUUID } from 'node:crypto';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

type RefreshService = Pick<Service, 'progress' | 'refresher' | 'memory' | 'clock' | 'log' | 'metrics'>;

const leaseMs = 10_000;
/** The time between the soft and the hard limit of a value. */
const softWindowMs = 30_000;
/** Rule LIMIT-2: while sync is late, all processes together refresh one value in this time. */
const permitMs = 30_000;
const permit = 'late-refresh';
const owner = randomUUID();

/**
 * Asks for a refresh ahead of need, under the key's lease: of all processes, one asks. The request is sent before the answer
 * leaves, since a process may stop after it. True for the process that asked.
 */
export const requestRefresh = (ref: EntityRef, service: RefreshService): Promise<boolean> =>
  requestUnder(`refresh#${refKey(ref)}`, leaseMs, ref, service);

/**
 * The same for a reader, which tries once for each key and soft window in its process: all other reads of the key pay nothing.
 * While sync is late every key is due, and the refreshes of all of them share one permit.
 */
export async function requestRefreshOnce(ref: EntityRef, isSyncLate: boolean, service: RefreshService): Promise<void> {
  const key = `refresh#${refKey(ref)}`;
  if (isSyncLate) {
    if (service.memory.once(permit, permitMs)) await requestUnder(permit, permitMs, ref, service);
  } else if (service.memory.once(key, softWindowMs)) await requestUnder(key, leaseMs, ref, service);
}

async function requestUnder(
  lease: string,
  milliseconds: number,
  ref: EntityRef,
  { progress, refresher, clock, log, metrics }: RefreshService,
): Promise<boolean> {
  try {
    const now = clock.now();
    if (!(await progress.takeLease(lease, owner, now, now + milliseconds))) return false;
    await refresher.request(ref);
    metrics.count('RefreshAsked');
    return true;
  } catch (error) {
    log.warn('a refresh was not requested', { error: messageOf(error) });
    return false;
  }
}
