import { type LogHead, type LogPlace, parseCursor } from '../../domain/change.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

type LogService = Pick<Service, 'changes' | 'clock'>;

/**
 * The place that `after` names, in the feed and for a webhook: `start` (or `0`), `now`, or a cursor, which may be of another log. Throws
 * InvalidRequest.
 */
export async function namedPlace(after: string, head: LogHead, service: LogService): Promise<LogPlace> {
  if (after === 'now') return head;
  if (after === 'start' || after === '0') return oldestPlace(head, service);
  const place = parseCursor(after);
  if (place === undefined)
    throw refusedPlace('must be `start`, `now`, or a cursor: `next` of an answer, or `cursor` of an event');
  return place;
}

export const refusedPlace = (message: string): InvalidRequest => new InvalidRequest([{ path: 'after', message }]);

/** Behind it comes the oldest event that is kept. */
export async function oldestPlace(head: LogHead, { changes, clock }: LogService): Promise<LogPlace> {
  const oldest = await changes.oldest(head, clock.now());
  const [row] = await changes.read(oldest - 1, Math.min(oldest, head.position), clock.now());
  return row === undefined ? head : { position: oldest - 1, check: row.previous };
}
