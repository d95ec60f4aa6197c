import type { Conflict } from '../../domain/conflict.ts';
import { countdown } from '../../domain/deadline.ts';
import { LookupError, messageOf, stackOf } from '../../domain/errors.ts';
import type { Publisher } from '../../domain/ports/outbox.ts';
import type { Service } from '../../domain/service.ts';
import { listConflicts } from '../conflicts/list-conflicts.ts';
import { resolveConflict } from '../conflicts/resolve-conflict.ts';
import { publishPending } from '../events/publish-events.ts';

/** A conflict that has been open for so long was lost by the stream, or ended as a dead letter. */
const overdueMs = 10 * 60_000;
const pageSize = 50;
/** No further one is begun after so long. */
const wholeMs = 120_000;

export interface ResolvedOverdue {
  /** Conflicts that were open for too long, and what became of them. */
  readonly conflicts: number;
  readonly resolved: number;
  readonly failed: number;
  readonly events: number;
}

/** What streams have forgotten is done: conflicts that stayed open, and events that nobody has published. */
export async function resolveOverdue(
  id: string,
  service: Service & { readonly publisher: Publisher },
): Promise<ResolvedOverdue> {
  const run = await service.reconciliations.get(id);
  const driven = { conflicts: 0, resolved: 0, failed: 0, events: 0 };
  if (run?.status !== 'running' || run.dryRun) return driven;
  driven.events = await publishPending(service);
  const remaining = countdown(wholeMs);
  let after: string | undefined;
  do {
    const page = await listConflicts(['open'], { after, limit: pageSize }, service);
    for (const conflict of page.conflicts.filter((one) => isOverdue(one, service.clock.now()))) {
      if (remaining() === 0) return driven;
      driven.conflicts += 1;
      if (await isDriven(conflict, service)) driven.resolved += 1;
      else driven.failed += 1;
    }
    after = page.last;
  } while (after !== undefined);
  return driven;
}

const isOverdue = ({ openedAt }: Conflict, now: number): boolean => Date.parse(openedAt) <= now - overdueMs;

async function isDriven({ id }: Conflict, service: Service): Promise<boolean> {
  try {
    await resolveConflict(id, service);
    return true;
  } catch (error) {
    // A defect, or a row that nobody could have written, is told as one; it says nothing of the others.
    if (error instanceof LookupError) service.log.warn('a conflict stays open', { id, reason: messageOf(error) });
    else service.log.error('a conflict stays open', { id, error: stackOf(error) });
    return false;
  }
}
