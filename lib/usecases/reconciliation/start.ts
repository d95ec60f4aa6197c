import { LookupError } from '../../domain/errors.ts';
import type { Reconciliation, Scope } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { ended, takeUpOrBegin } from './runs.ts';

/** Begins a run, or takes one up again that was left; throws `conflict_state` while another one is at work. */
export async function startReconciliation(
  wanted: { readonly scope: Scope; readonly dryRun: boolean },
  service: Service,
): Promise<Reconciliation> {
  const taken = await takeUpOrBegin({ ...wanted, startedBy: 'operator' }, service);
  if ('busy' in taken)
    throw new LookupError('conflict_state', `the run ${taken.busy.id} is at work`, { retryable: true });
  const { run } = taken;
  try {
    await service.reconciler.start(run);
  } catch (error) {
    await service.reconciliations.change(ended(run, 'interrupted', 'it could not be started', service.clock.now()));
    throw error;
  }
  return run;
}

/** Ends a run where it is: each shard ends behind the page that it is at, and what was found stays. */
export async function cancelReconciliation(
  id: string,
  service: Pick<Service, 'reconciliations' | 'clock'>,
): Promise<Reconciliation> {
  for (;;) {
    const run = await service.reconciliations.get(id);
    if (run === undefined) throw new LookupError('not_found', 'there is no such run');
    if (run.status !== 'running') throw new LookupError('conflict_state', `the run is ${run.status}`);
    const cancelled = ended(run, 'cancelled', 'an operator has ended it', service.clock.now());
    if (await service.reconciliations.change(cancelled)) return cancelled;
  }
}
