import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Reconciliation, Scope, ShardProgress } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { shardCount } from '../../domain/shard.ts';

/** After so long without a sign a run has been left: whoever begins the next one takes it up again, or ends it. */
const leftAfterMs = 10 * 60_000;
/** So old a run is not taken up again: what it compares with is history. */
const takenUpWithinMs = 6 * 3_600_000;
const attempts = 5;

export interface Wanted {
  readonly scope: Scope;
  readonly dryRun: boolean;
  readonly startedBy: Reconciliation['startedBy'];
}

/** The run that is to be worked on, or the one that is at work already. */
export type TakenUp = { readonly run: Reconciliation } | { readonly busy: Reconciliation };

/**
 * A new run, on condition that no other one is at work. One that was left is taken up again where it is what is wanted, and
 * ended where it is not.
 */
export async function takeUpOrBegin(wanted: Wanted, service: Service): Promise<TakenUp> {
  const { reconciliations, clock } = service;
  for (;;) {
    const latest = await reconciliations.latest();
    const now = clock.now();
    if (latest?.status === 'running' && (await isAtWork(latest, now, service))) return { busy: latest };
    const left = latest?.status === 'running' ? latest : undefined;
    if (left !== undefined && !isToBeTakenUp(left, wanted, now)) {
      await reconciliations.change(ended(left, 'interrupted', 'it was left, and not taken up again', now));
    }
    const run = left !== undefined && isToBeTakenUp(left, wanted, now) ? again(left, now) : newRun(wanted, service);
    if (await reconciliations.begin(run, latest)) return { run };
  }
}

/** Some shard of it has got on of late. */
export async function isAtWork(
  run: Reconciliation,
  now: number,
  { reconciliations }: Pick<Service, 'reconciliations'>,
): Promise<boolean> {
  const shards = await reconciliations.shards(run.id);
  const latest = Math.max(Date.parse(run.takenUpAt), ...shards.map(({ updatedAt }) => Date.parse(updatedAt)));
  return latest > now - leftAfterMs;
}

const isToBeTakenUp = (run: Reconciliation, { scope, dryRun }: Wanted, now: number): boolean =>
  isDeepStrictEqual(run.scope, scope) &&
  run.dryRun === dryRun &&
  run.attempt < attempts &&
  Date.parse(run.startedAt) > now - takenUpWithinMs;

const again = (run: Reconciliation, now: number): Reconciliation => ({
  ...run,
  attempt: run.attempt + 1,
  takenUpAt: new Date(now).toISOString(),
  revision: run.revision + 1,
});

function newRun({ scope, dryRun, startedBy }: Wanted, { clock, limits }: Service): Reconciliation {
  const at = new Date(clock.now()).toISOString();
  return {
    id: `${at.replace(/\W/g, '').toLowerCase()}-${randomBytes(4).toString('hex')}`,
    scope,
    dryRun,
    startedBy,
    status: 'running',
    startedAt: at,
    finishedAt: null,
    attempt: 1,
    takenUpAt: at,
    block: null,
    callsAllowed: limits.reconcileCalls,
    reason: null,
    coverage: null,
    revision: 1,
  };
}

export const ended = (
  run: Reconciliation,
  status: Exclude<Reconciliation['status'], 'running'>,
  reason: string | null,
  now: number,
): Reconciliation => ({
  ...run,
  status,
  reason,
  finishedAt: new Date(now).toISOString(),
  revision: run.revision + 1,
});

/** What is an account's is found by the account, in one go. */
export const shardsOf = ({ scope }: Pick<Reconciliation, 'scope'>): number[] =>
  scope.of === 'owner' ? [0] : Array.from({ length: shardCount }, (_, shard) => shard);

/** Shards of a run that have not come to their end. */
export const unfinished = (run: Reconciliation, shards: readonly ShardProgress[]): number[] =>
  shardsOf(run).filter((shard) => !shards.some((progress) => progress.shard === shard && progress.done));
