import { cursorOf, type LoggedEvent, type LogHead, type LogPlace } from '../../domain/change.ts';
import { type ChangeEvent, changeEvent } from '../../domain/change-event.ts';
import { deadlineIn, pause, unlessAborted, withTimeout } from '../../domain/deadline.ts';
import { LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import type { TakePlace } from '../limits/waiting.ts';
import { namedPlace, oldestPlace, refusedPlace } from './named-place.ts';

/** Callers of one process that may wait at the same time. */
const mostWaiters = 50;
const pollMs = 1_000;
/** Events that are read at once, and for one answer: a filter that little passes must not read the whole log. */
const chunkSize = 100;
const mostRead = 1_000;

export interface ChangesRequest {
  /** A cursor; `start` or `0`: the oldest event that is kept; `now`: from now on. */
  readonly after: string;
  readonly limit: number;
  /** For how long the answer may wait for a first event. */
  readonly seconds: number;
  /** Aborts when the caller hangs up; undefined where that cannot be known. */
  readonly hungUp?: AbortSignal | undefined;
  /** Of those who wait over all processes; left out: there is no limit. */
  readonly takePlace?: TakePlace | undefined;
  wants(event: ChangeEvent): boolean;
  /** False: the answer is full. */
  hasRoomFor(event: ChangeEvent): boolean;
}

export interface ChangesPage {
  readonly items: readonly ChangeEvent[];
  /** Where the next page begins: behind all that was read for this one, wanted or not. */
  readonly next: string;
  /** The newest place. */
  readonly head: string;
}

type ChangesService = Pick<Service, 'changes' | 'definitions' | 'memory' | 'clock'>;

/**
 * Events behind a cursor, in the order of the log, each once however the pages are cut (rule FEED-7). Throws `invalid_request` for a
 * cursor of another log, `cursor_gone` for one whose next event is no longer kept, `overloaded` and `rate_limited` where too many wait.
 */
export async function readChanges(request: ChangesRequest, service: ChangesService): Promise<ChangesPage> {
  const deadline = deadlineIn(request.seconds * 1_000);
  const { hungUp = new AbortController().signal } = request;
  const first = await service.changes.head();
  let { page, head } = {
    page: await scan(await startOf(request.after, first, service), first, request, service),
    head: first,
  };
  const isWaited = () => page.items.length === 0 && page.place.position === head.position && deadline.remaining() > 0;
  if (!isWaited()) return shown(page, head);
  const leave = service.memory.takePlace('changes', mostWaiters);
  if (leave === undefined)
    throw new LookupError('overloaded', 'too many callers wait already', { retryable: true, retryAfter: 2 });
  // Rule LIMIT-12.
  let giveBack: Awaited<ReturnType<TakePlace>> | undefined;
  try {
    giveBack = await request.takePlace?.(deadline.remaining());
    while (isWaited() && !hungUp.aborted) {
      const next = withTimeout(nextHead(service), deadline.remaining());
      head = (await unlessAborted(next, hungUp)) ?? head;
      if (head.position > page.place.position) page = await scan(page.place, head, request, service);
    }
    return shown(page, head);
  } finally {
    leave();
    await giveBack?.();
  }
}

interface Scanned {
  readonly items: readonly ChangeEvent[];
  readonly place: LogPlace;
}

const shown = ({ items, place }: Scanned, head: LogHead): ChangesPage => ({
  items,
  next: cursorOf(place),
  head: cursorOf(head),
});

/** One reading a second for all who wait in this process. */
const nextHead = ({ changes, memory }: ChangesService): Promise<LogHead> =>
  memory.flight('the head of the log', async () => {
    await pause(pollMs);
    return changes.head();
  });

async function startOf(after: string, head: LogHead, service: ChangesService): Promise<LogPlace> {
  const place = await namedPlace(after, head, service);
  // Rule FEED-4.
  if (place.position > head.position || (place.position === head.position && place.check !== head.check))
    throw refusedPlace('is a cursor of another feed, or of this one before it was restored from a backup');
  return place;
}

async function scan(
  from: LogPlace,
  head: LogHead,
  { limit, wants, hasRoomFor }: ChangesRequest,
  service: ChangesService,
): Promise<Scanned> {
  const items: ChangeEvent[] = [];
  let place = from;
  const end = Math.min(head.position, from.position + mostRead);
  while (place.position < end) {
    const rows = await rowsBehind(place, Math.min(end, place.position + chunkSize), service);
    const [row] = rows;
    if (row === undefined && place !== from) return { items, place };
    if (row === undefined) throw await gone(head, service);
    if (row.previous !== place.check)
      throw refusedPlace('is a cursor of another feed, or of this one before it was restored from a backup');
    for (const one of rows) {
      const event = changeEvent(one.event, cursorOf(one), service.definitions);
      if (wants(event)) {
        if (items.length === limit || !hasRoomFor(event)) return { items, place };
        items.push(event);
      }
      place = one;
    }
  }
  return { items, place };
}

/** Those who wait at one place share a reading. */
const rowsBehind = ({ position }: LogPlace, to: number, { changes, memory, clock }: ChangesService) =>
  memory.flight<readonly LoggedEvent[]>(`the log behind ${position} to ${to}`, () =>
    changes.read(position, to, clock.now()),
  );

/** Rule FEED-5. */
async function gone(head: LogHead, service: ChangesService): Promise<LookupError> {
  const oldest = cursorOf(await oldestPlace(head, service));
  return new LookupError(
    'cursor_gone',
    'the events behind this cursor are no longer kept: read what you follow again, and continue with `oldest`, or without `after`',
    { oldest },
  );
}
