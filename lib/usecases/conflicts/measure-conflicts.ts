import type { Service } from '../../domain/service.ts';
import { pagesByStatus } from './pages-by-status.ts';

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
  for await (const page of pagesByStatus('awaiting-review', { pageSize, mostPages }, conflicts))
    overdue += page.filter(({ deadline }) => deadline !== null && Date.parse(deadline) < now).length;
  return overdue;
}
