import type { Conflict } from '../../domain/conflict.ts';
import { type HealthReason, healthReason } from '../../domain/health.ts';
import type { Service } from '../../domain/service.ts';
import { pagesByStatus } from '../conflicts/pages-by-status.ts';

const pageSize = 25;
const mostPages = 4;
const named = 10;

/** Conflicts that await a person, the one that waits longest first, and those that the service itself should have resolved. */
export async function conflictReasons(service: Pick<Service, 'conflicts' | 'clock'>): Promise<HealthReason[]> {
  const [awaiting, unresolved] = await Promise.all([awaitingReasons(service), unresolvedReasons(service)]);
  return [...awaiting, ...unresolved];
}

async function awaitingReasons({ conflicts }: Pick<Service, 'conflicts'>): Promise<HealthReason[]> {
  const waiting = await conflicts.count('awaiting-review');
  if (waiting === 0) return [];
  const found = (await oldestOf('awaiting-review', conflicts)).slice(0, named);
  const [oldest] = found;
  const sentence = `${waiting === 1 ? '1 conflict awaits' : `${waiting} conflicts await`} the decision of a person.`;
  const action =
    'List them with GET /v1/conflicts?status=awaiting-review, and decide: POST /v1/conflicts/{id}/decision.';
  const common = { status: 'degraded', code: 'awaiting_review', action } as const;
  return [
    healthReason({ ...common, detail: sentence, since: oldest?.openedAt ?? null }),
    ...found.map(({ id, ref, openedAt, owner, deadline }) =>
      healthReason({
        ...common,
        code: 'conflict',
        detail: `The conflict ${id} awaits ${owner ?? 'a person'}${deadline === null ? '' : `, at the latest by ${deadline}`}.`,
        since: openedAt,
        ref,
      }),
    ),
  ];
}

/** The stream resolves a conflict within seconds: one that is still open was lost, or no node can tell. */
async function unresolvedReasons({ conflicts, clock }: Pick<Service, 'conflicts' | 'clock'>): Promise<HealthReason[]> {
  if ((await conflicts.count('open')) === 0) return [];
  const before = new Date(clock.now() - overdueMs).toISOString();
  const found = (await oldestOf('open', conflicts)).filter(({ openedAt }) => openedAt < before);
  const [oldest] = found;
  if (oldest === undefined) return [];
  const { id, ref, openedAt: since } = oldest;
  return [
    healthReason({
      status: 'degraded',
      code: 'conflict_unresolved',
      detail: `${found.length === 1 ? '1 conflict has' : `${found.length} conflicts have`} been open for more than ten minutes; the oldest is ${id}.`,
      since,
      ref,
      action:
        'See the component `nodes`, then the log of `resolve-conflict` and its dead-letter queue; POST /v1/conflicts/resolve tries again.',
    }),
  ];
}

/** The table lists the newest first. */
async function oldestOf(status: Conflict['status'], conflicts: Service['conflicts']): Promise<readonly Conflict[]> {
  const found: Conflict[] = [];
  for await (const page of pagesByStatus(status, { pageSize, mostPages }, conflicts)) found.push(...page);
  return found.toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : 1));
}

/** Longer than the stream needs, and than each reconciliation leaves an event. */
const overdueMs = 600_000;
const mostCounted = 100;

/** Rule FEED-3: what has no place in the feed is not published either, so the feed comes first. */
export async function eventReasons({ outbox, clock }: Pick<Service, 'outbox' | 'clock'>): Promise<HealthReason[]> {
  const waiting = await outbox.unpublished(new Date(clock.now() - overdueMs).toISOString(), mostCounted);
  const stored = await outbox.find(waiting.map(({ id }) => id));
  const unplaced = waiting.filter((_, at) => stored[at]?.cursor === null);
  const [oldest] = unplaced.length > 0 ? unplaced : waiting;
  if (oldest === undefined) return [];
  const isStill = unplaced.length > 0;
  return [
    healthReason({
      status: 'degraded',
      code: isStill ? 'feed_stands_still' : 'events_unpublished',
      detail: `${isStill ? unplaced.length : waiting.length} of the events that have waited for more than ten minutes ${isStill ? 'have no place in the feed' : 'are not published'}; the oldest is ${oldest.id}.`,
      since: oldest.at,
      action:
        'Look at the log of `publish-events` and its dead-letter queue; POST /v1/reconciliations does what it has left.',
    }),
  ];
}
