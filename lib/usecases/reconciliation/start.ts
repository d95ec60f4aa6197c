import { LookupError } from '../../domain/errors.ts';
import type { Reconciliation, Scope } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { auditRequest } from '../audit/audit-request.ts';
import { beginOrResume, ended } from './runs.ts';

/** Starts a run for the principal `requestedBy`, or resumes an abandoned one. Throws `conflict_state` while another run is in progress. */
export async function startReconciliation(
  wanted: { readonly scope: Scope; readonly dryRun: boolean; readonly requestedBy?: string },
  service: Service,
): Promise<Reconciliation> {
  const result = await beginOrResume({ ...wanted, startedBy: 'operator' }, service);
  if ('busy' in result)
    throw new LookupError('conflict_state', `run ${result.busy.id} is in progress`, { retryable: true });
  const { run } = result;
  const { scope, dryRun, attempt } = run;
  const asked = { request: 'start', run: run.id, scope, dryRun, attempt };
  try {
    await auditRequest({ of: 'reconciliations', actor: wanted.requestedBy ?? 'service', asked }, service);
    await service.reconciler.start(run);
  } catch (error) {
    await service.reconciliations.change(ended(run, 'interrupted', 'it could not be started', service.clock.now()));
    throw error;
  }
  return run;
}

/** Cancels a run for the principal `by` (rule ACCESS-25): each shard ends after its present page, and the findings are kept. */
export async function cancelReconciliation(
  id: string,
  service: Pick<Service, 'reconciliations' | 'audit' | 'clock'>,
  by?: string,
): Promise<Reconciliation> {
  let run = await runningRun(id, service);
  await auditRequest({ of: 'reconciliations', actor: by ?? 'service', asked: { request: 'cancel', run: id } }, service);
  for (;;) {
    const cancelled = {
      ...ended(run, 'cancelled', 'an operator cancelled it', service.clock.now()),
      ...(by !== undefined && { cancelledBy: by }),
    };
    if (await service.reconciliations.change(cancelled)) return cancelled;
    run = await runningRun(id, service);
  }
}

async function runningRun(id: string, { reconciliations }: Pick<Service, 'reconciliations'>): Promise<Reconciliation> {
  const run = await reconciliations.get(id);
  if (run === undefined) throw new LookupError('not_found', 'there is no such run');
  if (run.status !== 'running') throw new LookupError('conflict_state', `the run is ${run.status}`);
  return run;
}
