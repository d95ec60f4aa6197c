import { randomUUID } from 'node:crypto';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

const leaseMs = 10_000;
const owner = randomUUID();

/**
 * Asks for a refresh ahead of need, under the key's lease: of all readers that find an answer past its soft limit, one
 * asks. The request is sent before the answer leaves, since a process may stop after it. True for the reader that asked.
 */
export async function requestRefresh(
  ref: EntityRef,
  { progress, refresher, clock, log }: Pick<Service, 'progress' | 'refresher' | 'clock' | 'log'>,
): Promise<boolean> {
  try {
    const now = clock.now();
    if (!(await progress.takeLease(`refresh#${refKey(ref)}`, owner, now, now + leaseMs))) return false;
    await refresher.request(ref);
    return true;
  } catch (error) {
    log.warn('a refresh was not requested', { error: messageOf(error) });
    return false;
  }
}
