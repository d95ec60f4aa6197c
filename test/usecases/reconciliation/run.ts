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

/** A whole run, as the state machine does it, one shard after the other. */
export async function reconcile(
  service: Running,
  { scope = { of: 'all' }, dryRun = false }: { readonly scope?: Scope; readonly dryRun?: boolean } = {},
): Promise<Ran> {
  const taken = await beginOrResume({ scope, dryRun, startedBy: 'operator' }, service);
  if ('busy' in taken) throw new Error(`${taken.busy.id} is at work`);
  return workOn(taken.run.id, service);
}

/** The work on a run that was begun, or is taken up again. */
export async function workOn(id: string, service: Running): Promise<Ran> {
  const { run, reason, shards } = await beginReconciliation({ run: id }, service);
  if (run === null) throw new Error(reason ?? 'nothing is to be done');
  for (const shard of shards) while (!(await sweepShard(shard, service)).done);
  const finished = await finishReconciliation(run, service);
  if (finished === undefined) throw new Error(`${run} is gone`);
  return { run: finished, tally: await tallyOf(run, service) };
}

export const tallyOf = async (id: string, { reconciliations }: Running): Promise<Tally> =>
  (await reconciliations.shards(id)).map((shard) => shard.tally).reduce(addTallies, emptyTally);
