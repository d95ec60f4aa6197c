import { describe, expect, test } from '@jest/globals';
import type { DomainEvent } from '../../../lib/domain/domain-event.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import type { Reconciliation, ShardProgress } from '../../../lib/domain/reconciliation.ts';
import { shardCount } from '../../../lib/domain/shard.ts';
import { beginReconciliation } from '../../../lib/usecases/reconciliation/begin.ts';
import { finishReconciliation } from '../../../lib/usecases/reconciliation/finish.ts';
import { reportById } from '../../../lib/usecases/reconciliation/read-report.ts';
import { beginOrResume } from '../../../lib/usecases/reconciliation/runs.ts';
import { cancelReconciliation } from '../../../lib/usecases/reconciliation/start.ts';
import { sweepShard } from '../../../lib/usecases/reconciliation/sweep-shard.ts';
import type { World } from '../following/world.ts';
import { latestRunOf } from './killed-run.ts';
import { reconcile, tallyOf, workOn } from './run.ts';
import { plantedTables, worldOn } from './small-world.ts';

const tables = await plantedTables();
const byOperator = { status: 'cancelled', reason: 'an operator cancelled it' } as const;

/** What an undisturbed run saves for each shard. */
const undisturbed = await worldOn(tables);
const { run: whole } = await reconcile(undisturbed.process());
const expectedOf = (shard: number): ShardProgress['tally'] | undefined =>
  undisturbed.tables.shards.get(whole.id)?.get(shard)?.tally;

/** Cancels the run after this shard has examined its first page. Later shards have not begun. */
async function cancelledAt(shard: number) {
  const world = await worldOn(tables);
  const { run } = await beginReconciliation({}, world.process());
  const id = run ?? '';
  let cancelled: Reconciliation | undefined;
  const onCall = async (name: string, [, saved]: readonly unknown[]): Promise<void> => {
    if (name !== 'reconciliations.saveShard' || cancelled !== undefined) return;
    if ((saved as ShardProgress).shard === shard) cancelled = await cancelReconciliation(id, world.process());
  };
  for (let next = 0; next <= shard; next += 1) await sweepShard({ run: id, shard: next }, world.process({ onCall }));
  return { world, id, cancelled };
}

const shardIn = ({ tables: { shards } }: World, id: string, shard: number): ShardProgress | undefined =>
  shards.get(id)?.get(shard);

const shards = [...Array(shardCount).keys()];
/** Shards of several pages; and shards of one page in which something is fixed. */
const several = shards.filter((shard) => revisionsOf(shard) > 2);
const fixing = shards.filter((shard) => !several.includes(shard) && (expectedOf(shard)?.counts.fixed ?? 0) > 0);

function revisionsOf(shard: number): number {
  return shardIn(undisturbed, whole.id, shard)?.revision ?? 0;
}

describe('A run that is cancelled', () => {
  test.each(fixing)('while shard %i is at a page fixes and counts that page, and then ends', async (shard) => {
    const { world, id } = await cancelledAt(shard);
    const { page, tally, revision } = shardIn(world, id, shard) ?? {};
    expect([page, revision]).toEqual([null, 2]);
    const { counts, samples } = expectedOf(shard) ?? {};
    expect(tally).toMatchObject({ counts, samples });
    for (const { ref } of tally?.samples ?? [])
      expect(world.tables.records.get(refKey(ref))?.checkedAt).not.toBe(tables.records.get(refKey(ref))?.checkedAt);
  });

  test.each(several)('examines no further page, of shard %i or of any other shard', async (shard) => {
    const { world, id } = await cancelledAt(shard);
    expect(shardIn(world, id, shard)).toMatchObject({ done: false, page: null, after: { key: expect.any(String) } });
    const before = await tallyOf(id, world.process());
    const asked: string[] = [];
    const service = world.process({ onRequest: (method) => void asked.push(method) });
    for (let next = 0; next < shardCount; next += 1)
      expect(await sweepShard({ run: id, shard: next }, service)).toEqual({ done: true, waitSeconds: 0 });
    expect(await beginReconciliation({ run: id }, service)).toMatchObject({
      run: null,
      reason: 'the run is cancelled',
    });
    expect(asked).toEqual([]);
    expect(await tallyOf(id, service)).toEqual(before);
  });

  test('keeps its findings, and is published once', async () => {
    const { world, id, cancelled } = await cancelledAt(8);
    const service = world.process();
    const found = await tallyOf(id, service);
    expect(found.counts).toMatchObject({ missed: 2, fixed: 9 });
    expect(cancelled).toMatchObject({ ...byOperator, coverage: null });
    world.pass(5_000);
    const finished = await finishReconciliation(id, service);
    const { counts, calls } = found;
    const { finishedAt } = cancelled ?? {};
    expect(finished).toMatchObject({ ...byOperator, finishedAt, coverage: { records: whole.coverage?.records } });
    world.pass(5_000);
    expect(await finishReconciliation(id, world.process())).toEqual(finished);
    const events = [...world.tables.outbox.values()].filter(({ event }) => event.type === 'ReconciliationFinished');
    expect(events.map(({ event }) => event.detail)).toMatchObject([
      { id, status: 'cancelled', finishedAt, counts, calls, coverage: finished?.coverage },
    ]);
    const { milliseconds: _, ...shown } = found;
    expect(await reportById(id, service)).toMatchObject({ ...byOperator, ...shown, progress: { shards: 16, done: 8 } });
  });

  test('can be followed by another run at once, which does the rest and leaves the cancelled run as it is', async () => {
    const { world, id } = await cancelledAt(8);
    const service = world.process();
    const finished = await finishReconciliation(id, service);
    const found = await tallyOf(id, service);
    world.pass(1_000);
    const { run, tally } = await reconcile(world.process());
    expect(run.id).not.toBe(id);
    const sum = (finding: 'missed' | 'conflict' | 'fixed') => found.counts[finding] + tally.counts[finding];
    expect([sum('missed'), sum('conflict'), sum('fixed')]).toEqual([3, 10, 15]);
    expect(world.tables.reconciliations.get(id)).toEqual(finished);
    expect(await tallyOf(id, service)).toEqual(found);
  });

  test('stays cancelled when another process is about to pin its block', async () => {
    const world = await worldOn(tables);
    const { id } = await begun(world);
    const onCall = async (name: string): Promise<void> => {
      if (name === 'reconciliations.change') await cancelReconciliation(id, world.process());
    };
    await beginReconciliation({ run: id }, world.process({ onCall }));
    expect(latestRunOf(world)).toMatchObject({ ...byOperator, id, block: null });
  });

  test('stays cancelled when another process is about to finish it', async () => {
    const world = await worldOn(tables);
    const { id } = await begun(world);
    let isCancelled = false;
    const onCall = async (name: string, [event]: readonly unknown[]): Promise<void> => {
      const isFinishing = name === 'outbox.put' && (event as DomainEvent).type === 'ReconciliationFinished';
      if (!isFinishing || isCancelled) return;
      isCancelled = true;
      await cancelReconciliation(id, world.process());
    };
    const { run } = await workOn(id, world.process({ onCall }));
    expect(run).toMatchObject({ ...byOperator, id, coverage: { records: whole.coverage?.records } });
    expect(latestRunOf(world)).toEqual(run);
    expect([...world.tables.outbox.keys()].filter((key) => key.startsWith('Reconciliation'))).toEqual([
      `ReconciliationStarted#${id}`,
      `ReconciliationFinished#${id}`,
    ]);
  });

  const begun = async (world: World): Promise<Reconciliation> => {
    const result = await beginOrResume({ scope: { of: 'all' }, dryRun: false, startedBy: 'operator' }, world.process());
    if ('busy' in result) throw new Error(`run ${result.busy.id} is in progress`);
    return result.run;
  };

  test('cannot be cancelled again; an unknown or finished run cannot be cancelled either', async () => {
    const { world, id } = await cancelledAt(2);
    const cancel = (which: string) => cancelReconciliation(which, world.process());
    await expect(cancel(id)).rejects.toMatchObject({ code: 'conflict_state', message: 'the run is cancelled' });
    await expect(cancel('none')).rejects.toMatchObject({ code: 'not_found' });
    const { run } = await reconcile(world.process());
    await expect(cancel(run.id)).rejects.toMatchObject({ code: 'conflict_state', message: 'the run is finished' });
    expect(latestRunOf(world)).toEqual(run);
  });
});
