import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { abortIn } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import { reconciliationStarted } from '../../domain/events.ts';
import type { Reconciliation } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { atNewestTip, publishHead } from '../observing/tip.ts';
import { beginOrResume, shardsOf } from './runs.ts';

/** The work to do; `run` null: there is nothing to do, and `reason` says why. */
export interface Begun {
  readonly run: string | null;
  readonly reason: string | null;
  readonly shards: readonly { readonly run: string; readonly shard: number }[];
}

/**
 * Begins the run that was asked for or, without `run`, the hourly run of the whole store. Pins the block at which all records are
 * compared.
 */
export async function beginReconciliation(
  { run: id }: { readonly run?: string | undefined },
  service: Service,
): Promise<Begun> {
  const run = id === undefined ? await hourly(service) : await service.reconciliations.get(id);
  if (typeof run === 'string') return nothing(run);
  if (run?.status !== 'running')
    return nothing(run === undefined ? 'there is no such run' : `the run is ${run.status}`);
  const pinned = run.block === null ? await pin(run, service) : run;
  await service.outbox.put(reconciliationStarted(pinned));
  service.log.info('reconciliation begins', { run: pinned.id, attempt: pinned.attempt, block: pinned.block?.height });
  return { run: pinned.id, reason: null, shards: shardsOf(pinned).map((shard) => ({ run: pinned.id, shard })) };
}

async function hourly(service: Service): Promise<Reconciliation | string> {
  const result = await beginOrResume({ scope: { of: 'all' }, dryRun: false, startedBy: 'schedule' }, service);
  return 'run' in result ? result.run : `run ${result.busy.id} is in progress`;
}

const nothing = (reason: string): Begun => ({ run: null, reason, shards: [] });

/** Sets the newest block, at or above cursor and mark. When no node answers the run has no block: nothing can be compared. */
async function pin(run: Reconciliation, service: Service): Promise<Reconciliation> {
  const { progress } = await service.snapshots.renewed();
  service.memory.enter(progress.fork);
  const atLeast = Math.max(progress.cursor?.height ?? 0, progress.mark ?? 0);
  const signal = abortIn(service.limits.deadlineMs);
  try {
    // Every record is compared at this block, so it is one that some node serves, and that validators have signed (rule PROOF-4).
    const served = async (tip: PinnedBlock) => {
      await service.chain.requireSigned(tip, signal);
      return service.chain.blockOf(tip.hash, signal);
    };
    const block = blockRef(await atNewestTip({ atLeast, progress, signal, shared: undefined }, service, served));
    // A dry run stores nothing but its own report.
    if (!run.dryRun) await publishHead(service);
    const pinned = { ...run, block, revision: run.revision + 1 };
    if (await service.reconciliations.change(pinned)) return pinned;
    // Another process changed the run in the meantime: its version counts.
    return (await service.reconciliations.get(run.id)) ?? run;
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    service.log.warn('no block to compare at', { run: run.id, reason: error.message });
    return run;
  }
}
