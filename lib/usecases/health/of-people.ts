import type { Conflict } from '../../domain/conflict.ts';
import { type HealthReason, healthReason } from '../../domain/health.ts';
import type { Service } from '../../domain/service.ts';

const pageSize = 25;
const pages = 4;
const named = 10;

/** Conflicts that await a person, the one that waits longest first. */
export async function conflictReasons({ conflicts }: Pick<Service, 'conflicts'>): Promise<HealthReason[]> {
  const waiting = await conflicts.count('awaiting-review');
  if (waiting === 0) return [];
  const found = (await oldestOf(conflicts)).slice(0, named);
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

/** The table lists the newest first. */
async function oldestOf(conflicts: Service['conflicts']): Promise<readonly Conflict[]> {
  let found: readonly Conflict[] = [];
  let after: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const next = await conflicts.byStatus('awaiting-review', {
      limit: pageSize,
      ...(after !== undefined && { after }),
    });
    found = [...found, ...next.conflicts];
    after = next.conflicts.at(-1)?.id;
    if (!next.more || after === undefined) break;
  }
  return found.toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : 1));
}

/** Longer than the stream needs, and than each reconciliation leaves an event. */
const overdueMs = 600_000;

export async function eventReasons({ outbox, clock }: Pick<Service, 'outbox' | 'clock'>): Promise<HealthReason[]> {
  const [oldest, ...more] = await outbox.unpublished(new Date(clock.now() - overdueMs).toISOString(), 100);
  if (oldest === undefined) return [];
  const count =
    more.length === 99
      ? '100 events or more have'
      : more.length === 0
        ? '1 event has'
        : `${more.length + 1} events have`;
  return [
    healthReason({
      status: 'degraded',
      code: 'events_unpublished',
      detail: `${count} waited for more than ten minutes to be published; the oldest is ${oldest.id}.`,
      since: oldest.at,
      action:
        'Look at the log of `publish-events` and its dead-letter queue; POST /v1/reconciliations publishes them again.',
    }),
  ];
}
