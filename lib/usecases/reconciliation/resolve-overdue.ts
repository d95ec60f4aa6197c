import type { Conflict } from '../../domain/conflict.ts';
import { countdown } from '../../domain/deadline.ts';
import { LookupError, messageOf, stackOf } from '../../domain/errors.ts';
import type { Publisher } from '../../domain/ports/outbox.ts';
import type { Service } from '../../domain/service.ts';
import { listConflicts, unreadableRow } from '../conflicts/list-conflicts.ts';
import { resolveConflict } from '../conflicts/resolve-conflict.ts';
import { publishPending } from '../events/publish-events.ts';
import { fillMissingEras } from './fill-missing-eras.ts';

/** The stream has lost a conflict that is open for longer, or has put it into the dead-letter queue. */
const overdueMs = 10 * 60_000;
const pageSize = 50;
/** After this time no further conflict is begun. */
const wholeMs = 120_000;

export interface ResolvedOverdue {
  /** Overdue conflicts that were tried. */
  readonly conflicts: number;
  readonly resolved: number;
  readonly failed: number;
  /** Events that were published. */
  readonly events: number;
}

/** Rule CONFLICT-5: does what the streams missed. Resolves overdue conflicts, and publishes the events left in the outbox; reads the eras that are missing (rule ACTIVITY-21). */
export async function resolveOverdue(
  id: string,
  service: Service & { readonly publisher: Publisher },
): Promise<ResolvedOverdue> {
  const run = await service.reconciliations.get(id);
  const counts = { conflicts: 0, resolved: 0, failed: 0, events: 0 };
  if (run?.status !== 'running' || run.dryRun) return counts;
  counts.events = await publishPending(service);
  const remaining = countdown(wholeMs);
  let after: string | undefined;
  do {
    const page = await listConflicts(['open'], { after, limit: pageSize }, service);
    for (const conflict of page.conflicts.filter((one) => isOverdue(one, service.clock.now()))) {
      if (remaining() === 0) return counts;
      counts.conflicts += 1;
      if (await isResolved(conflict, service)) counts.resolved += 1;
      else counts.failed += 1;
    }
    after = page.last;
  } while (after !== undefined);
  if (run.scope.of === 'all') await service.chain.counted(() => fillMissingEras(service), 'reconciliation');
  return counts;
}

/** A row whose date cannot be read is overdue too. */
const isOverdue = ({ openedAt }: Conflict, now: number): boolean => !(Date.parse(openedAt) > now - overdueMs);

async function isResolved({ id, unreadable }: Conflict, service: Service): Promise<boolean> {
  if (unreadable) {
    service.log.warn('a conflict stays open', { id, reason: unreadableRow });
    return false;
  }
  try {
    await resolveConflict(id, service);
    return true;
  } catch (error) {
    // Any other error is a defect, or a row with an impossible content. The other conflicts are not affected.
    if (error instanceof LookupError) service.log.warn('a conflict stays open', { id, reason: messageOf(error) });
    else service.log.error('a conflict stays open', { id, error: stackOf(error) });
    return false;
  }
}
