import assert from 'node:assert/strict';
import type { DeployedService } from './deployed-service.ts';
import { patiently } from './patiently.ts';

/** Resolves when a reconciliation has ended. Throws where it did not finish. */
export async function finished(
  service: DeployedService,
  run: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  let last = await service.ask(run, { headers });
  await patiently(async () => {
    last = await service.ask(run, { headers });
    return last.status === 200 && last.body.status !== 'running';
  });
  assert.equal(last.body.status, 'finished', JSON.stringify(last.body));
}
