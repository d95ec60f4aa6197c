import { expect, test } from '@jest/globals';
import { RpcFailure } from '../../../lib/chain/rpc/errors.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { finishReconciliation } from '../../../lib/usecases/reconciliation/finish.ts';
import { beginOrResume } from '../../../lib/usecases/reconciliation/runs.ts';
import { createWorld } from './world.ts';

const silent = () => {
  throw new RpcFailure('status', 'HTTP 502');
};

test('the lag of sync is published when it is known, and is no datum while it is not', async () => {
  let isSilent = true;
  const world = await createWorld({
    height: 30,
    nodes: [(_method, _params, forward) => (isSilent ? silent() : forward())],
  });
  expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'chain' });
  expect(namesOf(world.gauges)).toEqual(['HealthyNodes', 'BreakersOpen', 'SyncStalledSeconds']);
  isSilent = false;
  expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'done' });
  expect(namesOf(world.gauges).slice(3)).toEqual([
    'HealthyNodes',
    'BreakersOpen',
    'SyncLagBlocks',
    'SyncLagSeconds',
    'SyncStalledSeconds',
  ]);
});

test('a store without a record has no coverage', async () => {
  const world = await createWorld({ height: 30 });
  const service = world.process();
  const begun = await beginOrResume({ scope: { of: 'all' }, dryRun: false, startedBy: 'operator' }, service);
  await finishReconciliation('run' in begun ? begun.run.id : '', service);
  expect(namesOf(world.gauges)).toEqual(['TrackedRecords']);
});

const namesOf = (gauges: readonly (readonly [string, number])[]) => gauges.map(([gauge]) => gauge);
