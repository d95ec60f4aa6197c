import type { DomainEvent, EventType } from './domain-event.ts';

/** Each revision of a conflict is one event, of one of these types. */
const ofConflicts: readonly EventType[] = ['ConflictOpened', 'ConflictAwaitsReview', 'ConflictResolved'];
/** So many changes before are looked at where not each of them has an event. */
const gap = 8;

/**
 * Rule FEED-2: ids of events that come before this one in the log, if they are there, the latest first. An event's id ends in the
 * number of the change of its subject, so they follow from the id alone. `most`: how many changes before.
 */
export function idsBefore({ id, type }: DomainEvent, most = 1): string[] {
  if (type === 'ReconciliationFinished') return [id.replace(type, 'ReconciliationStarted')];
  const [, subject, number] = /^\w+#(.+)#(\d+)$/s.exec(id) ?? [];
  if (subject === undefined) return [];
  const before = (count: number) =>
    Array.from({ length: Math.min(count, Number(number) - 1) }, (_, at) => Number(number) - 1 - at);
  if (type === 'RecordChanged') return before(most).map((one) => `${type}#${subject}#${one}`);
  if (type === 'SubmissionEnded') return before(gap).map((one) => `${type}#${subject}#${one}`);
  if (!ofConflicts.includes(type)) return [];
  return before(gap).flatMap((one) => ofConflicts.map((other) => `${other}#${subject}#${one}`));
}
