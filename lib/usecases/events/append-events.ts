import { cursorOf, placedAfter } from '../../domain/change.ts';
import type { DomainEvent } from '../../domain/domain-event.ts';
import { idsBefore } from '../../domain/event-order.ts';
import { appendLimit } from '../../domain/ports/changes.ts';
import type { StoredEvent } from '../../domain/ports/outbox.ts';
import type { Service } from '../../domain/service.ts';

type AppendService = Pick<Service, 'outbox' | 'changes' | 'metrics' | 'clock'>;
type Found = Map<string, StoredEvent | undefined>;

/** Of the details in one transaction, which takes 4 MB. */
const appendCharacters = 500_000;
/** So many earlier changes of a record are looked for at once. */
const mostBefore = 64;

/**
 * The sequencer: gives each event of the outbox that has no place in the log one, after all that come before it (rule FEED-2). Several
 * of them may be at work, with the same events; the transaction decides (rule FEED-1). Gives the events as the outbox has them
 * afterwards; one that is gone there has been placed and published long ago. Throws StoreUnavailable.
 */
export async function appendEvents(
  events: readonly DomainEvent[],
  service: AppendService,
): Promise<readonly (StoredEvent | undefined)[]> {
  for (;;) {
    const head = await service.changes.head();
    const found = await findWithEarlier(events, service);
    const waiting = inOrder(
      events.map(({ id }) => id),
      found,
    );
    if (await appendAll(head, waiting, found, service)) return events.map(({ id }) => found.get(id));
    // Another sequencer was faster. What it has placed is not tried again.
  }
}

/** False: the head has moved, or an event got a place elsewhere. */
async function appendAll(
  first: Awaited<ReturnType<Service['changes']['head']>>,
  waiting: readonly StoredEvent[],
  found: Found,
  { changes, clock, metrics }: AppendService,
): Promise<boolean> {
  let head = first;
  for (const chunk of chunksOf(waiting)) {
    const placed = placedAfter(
      head,
      chunk.map(({ event }) => event),
      clock.now(),
    );
    if (!(await changes.append(head, placed))) return false;
    head = placed.at(-1) ?? head;
    placed.forEach((one, at) => {
      found.set(one.event.id, { ...(chunk[at] as StoredEvent), cursor: cursorOf(one) });
    });
    metrics.count('EventAppended', placed.length);
    const oldest = Math.min(...chunk.map(({ event }) => Date.parse(event.at)));
    if (!Number.isNaN(oldest)) metrics.gauge('FeedLagSeconds', Math.max(0, Math.round((clock.now() - oldest) / 1_000)));
  }
  return true;
}

function chunksOf(waiting: readonly StoredEvent[]): StoredEvent[][] {
  const chunks: StoredEvent[][] = [];
  let characters = 0;
  for (const one of waiting) {
    const size = JSON.stringify(one.event).length;
    const last = chunks.at(-1);
    const fits = last !== undefined && last.length < appendLimit && characters + size <= appendCharacters;
    if (fits) last.push(one);
    else chunks.push([one]);
    characters = fits ? characters + size : size;
  }
  return chunks;
}

/** A version without a log has published what is neither flagged nor placed: the log begins after it. */
const isWaiting = (stored: StoredEvent | undefined): stored is StoredEvent =>
  stored !== undefined && stored.cursor === null && stored.pending;

/** The events, and those before them that have no place either, back to the first of each subject. */
async function findWithEarlier(events: readonly DomainEvent[], { outbox }: AppendService): Promise<Found> {
  const found: Found = new Map();
  let asked = [...new Set(events.flatMap((event) => [event.id, ...idsBefore(event)]))];
  for (let most = 1; asked.length > 0; most = Math.min(most * 2, mostBefore)) {
    const stored = await outbox.find(asked);
    asked.forEach((id, at) => {
      found.set(id, stored[at]);
    });
    const before = stored.filter(isWaiting).flatMap((one) => earlier(one, most));
    asked = [...new Set(before)].filter((id) => !found.has(id));
  }
  return found;
}

const earlier = ({ event, previous }: StoredEvent, most?: number): string[] =>
  previous === null ? idsBefore(event, most) : [previous, ...idsBefore(event, most)];

/** Those that wait, each after all that come before it; else in the order in which they are given. */
function inOrder(ids: readonly string[], found: Found): StoredEvent[] {
  const ordered = new Map<string, StoredEvent>();
  for (const id of ids) {
    const path = [id];
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const stored = found.get(last);
      const next = isWaiting(stored)
        ? earlier(stored).find((before) => isWaiting(found.get(before)) && !ordered.has(before))
        : undefined;
      if (next !== undefined) {
        path.push(next);
        continue;
      }
      path.pop();
      if (isWaiting(stored)) ordered.set(last, stored);
    }
  }
  return [...ordered.values()];
}
