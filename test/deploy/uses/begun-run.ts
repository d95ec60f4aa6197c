import assert from 'node:assert/strict';
import { functionName } from '../../../lib/runtime/names.ts';
import type { Deployment } from './use.ts';

/** A run of reconciliation that goes no further by itself: a new one, or the one that runs already. */
export async function begunRun({ service, environment }: Deployment): Promise<string> {
  const begun = await service.invoke(functionName(environment, 'begin-reconciliation'), {});
  const { run } = begun as { readonly run: string | null };
  if (run !== null) return run;
  const running = (await service.items('reconciliations')).find(
    ({ part, status }) => part === 'run' && status === 'running',
  );
  assert.ok(running, 'no run was begun');
  return String(running.run);
}
