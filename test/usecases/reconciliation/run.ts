import type { Reconciliation, Scope, Tally } from '../../../lib/domain/reconciliation.ts';
import { addTallies, emptyTally } from '../../../lib/domain/tally.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { beginReconciliation } from '../../../lib/usecases/reconciliation/begin.ts';
import { finishReconciliation } from '../../../lib/usecases/reconciliation/finish.ts';
import { beginOrResume } from '../../../lib/usecases/reconciliation/runs.ts';
import { sweepShard } from '../../../lib/usecases/reconciliation/sweep-shard.ts';

export interface Ran {
  readonly run: Reconciliation;
  readonly tally: Tally;
}

/** A whole run as the state machine carries it out, but one shard after the other. */
export async function reconcile(
  service: Running,
  { scope = { of: 'all' }, dryRun = false }: { readonly scope?: Scope; readonly dryRun?: boolean } = {},
): Promise<Ran> {
  const begun = await beginOrResume({ scope, dryRun, startedBy: 'operator' }, service);
  if ('busy' in begun) throw new Error(`run ${begun.busy.id} is in progress`);
  return workOn(begun.run.id, service);
}

/** Carries out a run that was begun, or resumes it. */
export async function workOn(id: string, service: Running): Promise<Ran> {
  const { run, reason, shards } = await beginReconciliation({ run: id }, service);
  if (run === null) throw new Error(reason ?? 'there is nothing to do');
  for (const shard of shards) while (!(await sweepShard(shard, service)).done);
  const finished = await finishReconciliation(run, service);
  if (finished === undefined) throw new Error(`${run} is gone`);
  return { run: finished, tally: await tallyOf(run, service) };
}

export const tallyOf = async (id: string, { reconciliations }: Running): Promise<Tally> =>
  (await reconciliations.shards(id)).map((shard) => shard.tally).reduce(addTallies, emptyTally);

/** The counts of a run that has found nothing. */
export const noCounts = {
  match: 0,
  behind: 0,
  missed: 0,
  conflict: 0,
  unverifiable: 0,
  skipped: 0,
  fixed: 0,
  review: 0,
  unfixed: 0,
};
