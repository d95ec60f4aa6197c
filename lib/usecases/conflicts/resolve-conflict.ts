import { awaitingReview, type Conflict, decided } from '../../domain/conflict.ts';
import { abortIn } from '../../domain/deadline.ts';
import { StoreUnavailable } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import { type Changes, correct, foreseen } from './correct.ts';
import { type Action, type Plan, planResolution } from './plan-resolution.ts';
import { recordDecision } from './write-down-decision.ts';

export interface Resolving {
  /** Tells what would be done, and does nothing. */
  readonly dryRun?: boolean;
  /** Also one that awaits a review, if a person is not needed for it any more. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

export interface Resolved {
  readonly id: string;
  readonly action: Action;
  readonly reason: string;
  /** As it is now, or would be; undefined: there is no such conflict. */
  readonly conflict: Conflict | undefined;
  /** Of the record, where it is, or would be, corrected. */
  readonly changes: Changes | null;
}

const attempts = 3;

/**
 * Does with an open conflict what needs no person: where the chain wins every field, and the nodes agree at the disputed
 * block, the record is corrected. What comes twice, late or out of order finds nothing to do. Throws ChainUnavailable and
 * StoreUnavailable: then it is still open.
 */
export async function resolveConflict(id: string, service: Service, resolving: Resolving = {}): Promise<Resolved> {
  const { dryRun = false, force = false, signal = abortIn(service.limits.deadlineMs * patience) } = resolving;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const conflict = await service.conflicts.get(id);
    if (conflict === undefined) return { id, action: 'nothing', reason: 'no such conflict', conflict, changes: null };
    const plan = await planResolution(conflict, { force, signal }, service);
    const done = dryRun ? await foresee(plan, service) : await carryOut(plan, service);
    if (done !== undefined) return { id, ...done };
  }
  throw new StoreUnavailable(`the conflict ${id} stays contended`);
}

/** Of ordinary deadlines, what it may take: each node is asked, and then the chain once more. */
const patience = 3;

type Done = Omit<Resolved, 'id'>;

async function foresee(plan: Plan, service: Service): Promise<Done> {
  const { correcting, ...told } = plan;
  if (correcting === undefined) return { ...told, changes: null };
  const changes = await foreseen(correcting, service);
  return { ...(changes === undefined ? leftToReview(plan.conflict) : told), changes: changes ?? null };
}

const leftToReview = (conflict: Conflict): Plan => ({
  action: conflict.status === 'open' ? 'await-review' : 'nothing',
  reason: 'the chain has no such entity any more',
  conflict,
});

/** undefined: somebody else was faster. */
async function carryOut(plan: Plan, service: Service): Promise<Done | undefined> {
  const { action, reason, conflict, correcting } = plan;
  const { clock, metrics, conflicts, review, log } = service;
  const now = clock.now();
  const settled = decided(conflict, {
    decision: 'chain',
    reviewer: 'service',
    note: reason,
    at: new Date(now).toISOString(),
  });
  if (correcting !== undefined) {
    const corrected = await correct({ ...correcting, conflict: settled }, service);
    if (corrected.outcome === 'moved') return undefined;
    if (corrected.outcome === 'vanished') return carryOut(leftToReview(conflict), service);
    metrics.count('ConflictResolved');
    await recordDecision(settled, service);
    log.info('a conflict was resolved', { id: conflict.id, reason });
    return { action, reason, conflict: settled, changes: corrected.changes };
  }
  // Whoever closed it may have died before it was written down.
  if (conflict.status === 'resolved') await recordDecision(conflict, service);
  if (action === 'nothing') return { action, reason, conflict, changes: null };
  const waiting = awaitingReview(conflict, { ...review, from: Date.parse(conflict.openedAt) });
  const next = action === 'close' ? settled : { ...waiting, revision: conflict.revision + 1 };
  if (!(await conflicts.change(next))) return undefined;
  if (action === 'close') await recordDecision(next, service);
  metrics.count(action === 'close' ? 'ConflictResolved' : 'ConflictAwaitsReview');
  log.info('a conflict was looked at', { id: conflict.id, action, reason });
  return { action, reason, conflict: next, changes: null };
}
