import type { LoggedEvent, LogHead, LogPlace } from '../../domain/change.ts';
import type { Service } from '../../domain/service.ts';

type LogService = Pick<Service, 'changes' | 'clock'>;

/**
 * The next events behind a place, at most so many. undefined: the log does not have the place any more, or is another log, as after
 * a restore from a backup (rules FEED-4 and FEED-5): what is missing cannot be known.
 */
export async function eventsBehind(
  place: LogPlace,
  most: number,
  { changes, clock }: LogService,
): Promise<readonly LoggedEvent[] | undefined> {
  const head = await changes.head();
  if (place.position >= head.position) return isSame(place, head) ? [] : undefined;
  const to = Math.min(head.position, place.position + most);
  const events = await changes.read(place.position, to, clock.now());
  return events[0]?.previous === place.check ? events : undefined;
}

/** Whether a reader of this place can go on there. */
export async function isInLog(place: LogPlace, head: LogHead, { changes, clock }: LogService): Promise<boolean> {
  if (place.position >= head.position) return isSame(place, head);
  const [next] = await changes.read(place.position, place.position + 1, clock.now());
  return next?.previous === place.check;
}

const isSame = (place: LogPlace, head: LogPlace): boolean =>
  place.position === head.position && place.check === head.check;
