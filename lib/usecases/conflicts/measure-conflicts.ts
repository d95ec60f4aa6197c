import type { Service } from '../../domain/service.ts';

const pageSize = 100;
/** More that wait are counted as not overdue: one that is overdue is enough for an alarm. */
const mostPages = 10;

/** How many conflicts are open, await a person, and have waited beyond their deadline, for charts and alarms. Throws StoreUnavailable. */
export async function measureConflicts({
  conflicts,
  metrics,
  clock,
}: Pick<Service, 'conflicts' | 'metrics' | 'clock'>): Promise<void> {
  const [open, awaiting] = await Promise.all([conflicts.count('open'), conflicts.count('awaiting-review')]);
  const overdue = awaiting === 0 ? 0 : await countOverdue(clock.now(), conflicts);
  metrics.gauge('ConflictsOpen', open);
  metrics.gauge('ConflictsAwaitingReview', awaiting);
  metrics.gauge('ConflictsOverdue', overdue);
}

async function countOverdue(now: number, conflicts: Service['conflicts']): Promise<number> {
  let overdue = 0;
  let after: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const found = await conflicts.byStatus('awaiting-review', {
      limit: pageSize,
      ...(after !== undefined && { after }),
    });
    overdue += found.conflicts.filter(({ deadline }) => deadline !== null && Date.parse(deadline) < now).length;
    after = found.conflicts.at(-1)?.id;
    if (!found.more || after === undefined) break;
  }
  return overdue;
}
