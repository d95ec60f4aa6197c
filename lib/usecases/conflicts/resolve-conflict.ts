import { awaitingReview, type Conflict, decided } from '../../domain/conflict.ts';
import { abortIn, countdown } from '../../domain/deadline.ts';
import { LookupError, StoreUnavailable, stackOf } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import { type Changes, correct, previewCorrection } from './correct.ts';
import { recordDecision } from './decide-conflict.ts';
import { listConflicts, placeOf, unreadableRow, unresolved } from './list-conflicts.ts';
import { type Action, type Plan, planResolution } from './plan-resolution.ts';

export interface ResolveOptions {
  /** Reports what would be done, and changes nothing. */
  readonly dryRun?: boolean;
  /** Also resolves a conflict that awaits a review, if it needs no person any more. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

export interface ResolveResult {
  readonly id: string;
  readonly action: Action;
  readonly reason: string;
  /** The conflict after the action; undefined: there is no such conflict. */
  readonly conflict: Conflict | undefined;
  /** Changes of the record, where it is corrected. */
  readonly changes: Changes | null;
}

export interface ResolvedConflicts {
  readonly results: readonly (ResolveResult | ResolveFailure)[];
  /** The `after` of the next page; undefined: this is the last page. */
  readonly last: string | undefined;
}

interface ResolveFailure {
  readonly id: string;
  readonly error: string;
}

const attempts = 3;
/** How many ordinary deadlines one conflict may take: several nodes are asked, and then the chain once more. */
const patience = 3;
/** A page of conflicts begins no further one after this time. */
const pageMs = 15_000;

/**
 * Resolves an open conflict as far as it needs no person: where the chain wins every field and the nodes agree at the
 * disputed block, the record is corrected. Repeated, late and reordered calls are safe: they find nothing to do. Throws
 * ChainUnavailable and StoreUnavailable; the conflict is then still open.
 */
export async function resolveConflict(
  id: string,
  service: Service,
  options: ResolveOptions = {},
): Promise<ResolveResult> {
  const { dryRun = false, force = false, signal = abortIn(service.limits.deadlineMs * patience) } = options;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const conflict = await service.conflicts.get(id);
    if (conflict === undefined) return { id, action: 'nothing', reason: 'no such conflict', conflict, changes: null };
    if (conflict.unreadable) return { id, action: 'nothing', reason: unreadableRow, conflict, changes: null };
    const plan = await planResolution(conflict, { force, signal }, service);
    const done = dryRun ? await preview(plan, service) : await carryOut(plan, service);
    if (done !== undefined) return { id, ...done };
  }
  throw new StoreUnavailable(`too many concurrent changes of the conflict ${id}`);
}

export interface ResolvePage {
  readonly after?: string | undefined;
  readonly limit: number;
  readonly dryRun: boolean;
  /** False: the answer has no room for more results, and the page ends. */
  readonly hasRoomAfter?: (result: ResolvedConflicts['results'][number]) => boolean;
}

/**
 * Resolves a page of unresolved conflicts, whatever they wait for, with one result for each: a conflict that fails does not
 * lose the results of the others. Where the store fails the page ends; throws StoreUnavailable if there is no result yet.
 */
export async function resolveConflicts(
  { after, limit, dryRun, hasRoomAfter = () => true }: ResolvePage,
  service: Service,
): Promise<ResolvedConflicts> {
  const remaining = countdown(pageMs);
  const page = await listConflicts(unresolved, { after, limit }, service);
  const results: (ResolveResult | ResolveFailure)[] = [];
  let last = after;
  for (const conflict of page.conflicts) {
    if (remaining() === 0) return { results, last };
    const result = await outcomeOf(conflict.id, dryRun, service).catch((error: unknown) => {
      if (results.length === 0) throw error;
    });
    if (result === undefined) return { results, last };
    results.push(result);
    last = placeOf(conflict);
    if (!hasRoomAfter(result)) return { results, last };
  }
  return { results, last: page.last };
}

/** Throws StoreUnavailable. */
async function outcomeOf(id: string, dryRun: boolean, service: Service): Promise<ResolveResult | ResolveFailure> {
  try {
    return await resolveConflict(id, service, { dryRun, force: true });
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    if (error instanceof LookupError) return { id, error: error.message };
    service.metrics.count('Defect');
    service.log.error('defect', { conflict: id, error: stackOf(error) });
    return { id, error: 'a defect of the service; the log has the details under the id of this conflict' };
  }
}

type Done = Omit<ResolveResult, 'id'>;

async function preview(plan: Plan, service: Service): Promise<Done> {
  const { correction, ...planned } = plan;
  if (correction === undefined) return { ...planned, changes: null };
  const changes = await previewCorrection(correction, service);
  return { ...(changes === undefined ? leaveToReview(plan.conflict) : planned), changes: changes ?? null };
}

const leaveToReview = (conflict: Conflict): Plan => ({
  action: conflict.status === 'open' ? 'await-review' : 'nothing',
  reason: 'the entity is not on the chain any more',
  conflict,
});

/** undefined: the record or the conflict changed in the meantime. */
async function carryOut(plan: Plan, service: Service): Promise<Done | undefined> {
  const { action, reason, conflict, correction } = plan;
  const { clock, metrics, conflicts, review, log } = service;
  const now = clock.now();
  const resolved = decided(conflict, {
    decision: 'chain',
    by: 'service',
    reviewer: 'service',
    note: reason,
    at: new Date(now).toISOString(),
  });
  if (correction !== undefined) {
    const corrected = await correct({ ...correction, conflict: resolved }, service);
    if (corrected.outcome === 'moved') return undefined;
    if (corrected.outcome === 'vanished') return carryOut(leaveToReview(conflict), service);
    metrics.count('ConflictResolved');
    await recordDecision(resolved, service);
    log.info('a conflict was resolved', { id: conflict.id, reason });
    return { action, reason, conflict: resolved, changes: corrected.changes };
  }
  // The process that resolved it may have ended before it wrote the trail.
  if (conflict.status === 'resolved') await recordDecision(conflict, service);
  if (action === 'nothing') return { action, reason, conflict, changes: null };
  const waiting = awaitingReview(conflict, { ...review, from: Date.parse(conflict.openedAt) });
  const next = action === 'close' ? resolved : { ...waiting, revision: conflict.revision + 1 };
  if (!(await conflicts.change(next))) return undefined;
  if (action === 'close') await recordDecision(next, service);
  metrics.count(action === 'close' ? 'ConflictResolved' : 'ConflictAwaitsReview');
  log.info('a conflict was processed', { id: conflict.id, action, reason });
  return { action, reason, conflict: next, changes: null };
}
