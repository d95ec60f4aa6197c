import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Reconciliation, Scope, ShardProgress } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { shardCount } from '../../domain/shard.ts';

/** A run without progress for this time has lost its worker. The process that begins the next run resumes it, or ends it. */
const abandonedAfterMs = 10 * 60_000;
/** A run that is older is not resumed, because its block is too old to compare with. */
const resumableWithinMs = 6 * 3_600_000;
const attempts = 5;

export interface Wanted {
  readonly scope: Scope;
  readonly dryRun: boolean;
  readonly startedBy: Reconciliation['startedBy'];
  readonly requestedBy?: string;
}

/** The run to work on; or `busy`, the run that is in progress already. */
export type BegunOrBusy = { readonly run: Reconciliation } | { readonly busy: Reconciliation };

/**
 * Begins a new run, unless another one is in progress. An abandoned run is resumed if it has the wanted scope and mode, and
 * ended otherwise.
 */
export async function beginOrResume(wanted: Wanted, service: Service): Promise<BegunOrBusy> {
  const { reconciliations, clock } = service;
  for (;;) {
    const latest = await reconciliations.latest();
    const now = clock.now();
    if (latest?.status === 'running' && (await isInProgress(latest, now, service))) return { busy: latest };
    const abandoned = latest?.status === 'running' ? latest : undefined;
    if (abandoned !== undefined && !isResumable(abandoned, wanted, now)) {
      await reconciliations.change(ended(abandoned, 'interrupted', 'it was abandoned, and not resumed', now));
    }
    const run =
      abandoned !== undefined && isResumable(abandoned, wanted, now)
        ? resumed(abandoned, now)
        : newRun(wanted, service);
    if (await reconciliations.begin(run, latest)) return { run };
  }
}

/** Whether the run was begun, or one of its shards was saved, within the last ten minutes. */
async function isInProgress(
  run: Reconciliation,
  now: number,
  { reconciliations }: Pick<Service, 'reconciliations'>,
): Promise<boolean> {
  const shards = await reconciliations.shards(run.id);
  const latest = Math.max(Date.parse(run.takenUpAt), ...shards.map(({ updatedAt }) => Date.parse(updatedAt)));
  return latest > now - abandonedAfterMs;
}

const isResumable = (run: Reconciliation, { scope, dryRun }: Wanted, now: number): boolean =>
  isDeepStrictEqual(run.scope, scope) &&
  run.dryRun === dryRun &&
  run.attempt < attempts &&
  Date.parse(run.startedAt) > now - resumableWithinMs;

const resumed = (run: Reconciliation, now: number): Reconciliation => ({
  ...run,
  attempt: run.attempt + 1,
  takenUpAt: new Date(now).toISOString(),
  revision: run.revision + 1,
});

function newRun({ scope, dryRun, startedBy, requestedBy }: Wanted, { clock, limits }: Service): Reconciliation {
  const at = new Date(clock.now()).toISOString();
  return {
    id: `${at.replace(/\W/g, '').toLowerCase()}-${randomBytes(4).toString('hex')}`,
    scope,
    dryRun,
    startedBy,
    ...(requestedBy !== undefined && { requestedBy }),
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

/** A run of one owner has one shard, because the entities are found by their owner. */
export const shardsOf = ({ scope }: Pick<Reconciliation, 'scope'>): number[] =>
  scope.of === 'owner' ? [0] : Array.from({ length: shardCount }, (_, shard) => shard);

/** Shards of a run that are not done. */
export const unfinished = (run: Reconciliation, shards: readonly ShardProgress[]): number[] =>
  shardsOf(run).filter((shard) => !shards.some((progress) => progress.shard === shard && progress.done));
