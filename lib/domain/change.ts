import { digestOf } from './digest.ts';
import type { DomainEvent } from './domain-event.ts';

/** A place in the log of changes. */
export interface LogPlace {
  /** 1 is the first event; each later event has the next number (rule FEED-1). */
  readonly position: number;
  /** Follows from all events through here: logs that differ in one of them have another check (rule FEED-4). */
  readonly check: string;
}

/** The newest place in the log. */
export interface LogHead extends LogPlace {
  /** Seconds since the epoch: until then every event is kept that is appended behind it, at least. */
  readonly keptUntil: number;
}

/** An event in the log. */
export interface LoggedEvent extends LogHead {
  /** The check of the place before. */
  readonly previous: string;
  readonly event: DomainEvent;
}

/** Before the first event. */
export const emptyLog: LogHead = { position: 0, check: '0'.repeat(16), keptUntil: 0 };

/** Rule FEED-5: the promise is 30 days; the rest is for clocks that differ. */
const keptSeconds = 31 * 86_400;

/** The same events in the places behind a head. An event is never dropped before one that is older in the log. */
export function placedAfter(head: LogHead, events: readonly DomainEvent[], now: number): LoggedEvent[] {
  const keptUntil = Math.max(head.keptUntil, Math.ceil(now / 1_000) + keptSeconds);
  let { position, check } = head;
  return events.map((event) => {
    const previous = check;
    position += 1;
    check = digestOf({ previous, event, now }).slice(0, emptyLog.check.length);
    return { position, check, previous, event, keptUntil };
  });
}

/** `<position>.<check>`: names everything through here, in this very log. */
export const cursorOf = ({ position, check }: LogPlace): string => `${position}.${check}`;

/** undefined: the text is no cursor. */
export function parseCursor(text: string): LogPlace | undefined {
  const [, position, check = ''] = /^(0|[1-9]\d{0,14})\.([0-9a-f]{16})$/.exec(text) ?? [];
  return position === undefined ? undefined : { position: Number(position), check };
}
