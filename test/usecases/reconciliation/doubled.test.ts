import { describe, expect, test } from '@jest/globals';
import type { Reconciliation, Scope } from '../../../lib/domain/reconciliation.ts';
import { shardCount } from '../../../lib/domain/shard.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { beginReconciliation } from '../../../lib/usecases/reconciliation/begin.ts';
import { finishReconciliation } from '../../../lib/usecases/reconciliation/finish.ts';
import { reportById } from '../../../lib/usecases/reconciliation/read-report.ts';
import { beginOrResume } from '../../../lib/usecases/reconciliation/runs.ts';
import { startReconciliation } from '../../../lib/usecases/reconciliation/start.ts';
import { sweepShard } from '../../../lib/usecases/reconciliation/sweep-shard.ts';
import { expectSame, expectWholeTrails } from '../following/killed.ts';
import { latestRunOf, outcome } from './killed-run.ts';
import { reconcile, tallyOf, workOn } from './run.ts';
import { plantedTables, worldOn } from './small-world.ts';

const tables = await plantedTables();
const aMinute = 60_000;
const all: Scope = { of: 'all' };
const accounts: Scope = { of: 'kind', kind: 'account' };

const start = (service: Running, scope: Scope = all, started: string[] = []): Promise<Reconciliation> => {
  const reconciler = { start: async ({ id }: Pick<Reconciliation, 'id'>) => void started.push(id) };
  return startReconciliation({ scope, dryRun: false }, { ...service, reconciler });
};

const sweepUntilDone = async (run: string, shard: number, service: Running): Promise<void> => {
  while (!(await sweepShard({ run, shard }, service)).done);
};

describe('When two runs are begun', () => {
  test('the second request fails with the id of the first run, and starts nothing', async () => {
    const world = await worldOn(tables);
    const started: string[] = [];
    const { id } = await start(world.process(), all, started);
    const refused = { code: 'conflict_state', retryable: true, message: `run ${id} is in progress` };
    await expect(start(world.process(), all, started)).rejects.toMatchObject(refused);
    await expect(start(world.process(), accounts, started)).rejects.toMatchObject(refused);
    const hourly = await beginReconciliation({}, world.process());
    expect(hourly).toEqual({ run: null, reason: `run ${id} is in progress`, shards: [] });
    expect(started).toEqual([id]);
    expect([...world.tables.reconciliations.keys()]).toEqual([id]);
  });

  test('at the same time, one begins and the others fail with its id', async () => {
    const world = await worldOn(tables);
    const services = Array.from({ length: 5 }, () => world.process());
    const begun = await Promise.all(services.map((service) => beginReconciliation({}, service)));
    const { id } = latestRunOf(world) ?? {};
    expect(begun.flatMap(({ run }) => run ?? [])).toEqual([id]);
    expect(begun.flatMap(({ reason }) => reason ?? [])).toEqual(Array(4).fill(`run ${id} is in progress`));
    expect(world.tables.reconciliations.size).toBe(1);
  });

  test('the second begins when the first has ended', async () => {
    const world = await worldOn(tables);
    const { run } = await reconcile(world.process());
    const { run: next } = await beginReconciliation({}, world.process());
    expect(next).not.toBe(run.id);
    expect(world.tables.reconciliations.get(run.id)).toEqual(run);
  });
});

describe('An abandoned run', () => {
  /** A run with a few shards done, and one begun. */
  async function abandoned() {
    const world = await worldOn(tables);
    const service = world.process();
    const { run } = await beginReconciliation({}, service);
    const id = run ?? '';
    for (let shard = 0; shard < 9; shard += 1) await sweepUntilDone(id, shard, service);
    await sweepShard({ run: id, shard: 9 }, service, { startMs: 0, runMs: 3_600_000 });
    return { world, id, found: await tallyOf(id, service) };
  }

  test('counts as in progress for ten minutes, and is resumed after them', async () => {
    const { world, id } = await abandoned();
    world.pass(10 * aMinute - 1);
    expect(await beginReconciliation({}, world.process())).toMatchObject({ run: null });
    world.pass(1);
    expect(await beginReconciliation({}, world.process())).toMatchObject({ run: id });
    expect(latestRunOf(world)).toMatchObject({ id, status: 'running', attempt: 2 });
    world.pass(10 * aMinute - 1);
    expect(await beginReconciliation({}, world.process())).toMatchObject({ run: null });
  });

  test('counts as in progress while one of its shards makes progress', async () => {
    const { world, id } = await abandoned();
    for (let shard = 9; shard < 14; shard += 1) {
      world.pass(9 * aMinute);
      await sweepUntilDone(id, shard, world.process());
      expect(await beginReconciliation({}, world.process())).toMatchObject({ run: null });
    }
  });

  test('is resumed by one of two processes that come at the same time', async () => {
    const { world, id } = await abandoned();
    world.pass(10 * aMinute);
    const services = [world.process(), world.process()];
    const begun = await Promise.all(services.map((service) => beginReconciliation({}, service)));
    expect(begun.flatMap(({ run }) => run ?? [])).toEqual([id]);
    expect(latestRunOf(world)).toMatchObject({ id, attempt: 2 });
  });

  test('is ended by a run of another scope, and its findings can be read', async () => {
    const { world, id, found } = await abandoned();
    expect(found.counts.fixed).toBeGreaterThan(3);
    world.pass(10 * aMinute);
    const service = world.process();
    const other = await start(service, accounts);
    expect(other).toMatchObject({ status: 'running', scope: accounts, attempt: 1 });
    expect(other.id).not.toBe(id);
    const { milliseconds: _, ...shown } = found;
    const ended = { status: 'interrupted', reason: 'it was abandoned, and not resumed' };
    expect(await reportById(id, service)).toMatchObject({ ...ended, ...shown, progress: { shards: 16, done: 9 } });
    // A worker that still sweeps the run changes nothing, and its last step keeps the status.
    expect(await sweepShard({ run: id, shard: 9 }, service)).toEqual({ done: true, waitSeconds: 0 });
    expect(await beginReconciliation({ run: id }, service)).toMatchObject({
      run: null,
      reason: 'the run is interrupted',
    });
    expect(await tallyOf(id, service)).toEqual(found);
    expect(await finishReconciliation(id, service)).toMatchObject({
      ...ended,
      coverage: { records: expect.any(Number) },
    });
    expect(latestRunOf(world)).toMatchObject({ id: other.id, status: 'running' });
    await workOn(other.id, service);
    expect(await tallyOf(id, service)).toEqual(found);
  });

  test('is not resumed a fifth time, or after a quarter of a day', async () => {
    const { world, id } = await abandoned();
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      world.pass(10 * aMinute);
      expect(await begunBy(world.process())).toMatchObject({ id, attempt });
    }
    world.pass(10 * aMinute);
    const next = await begunBy(world.process());
    expect(next.id).not.toBe(id);
    expect(world.tables.reconciliations.get(id)).toMatchObject({ status: 'interrupted', attempt: 5 });
    world.pass(6 * 60 * aMinute);
    expect((await begunBy(world.process())).id).not.toBe(next.id);
    expect(world.tables.reconciliations.get(next.id)).toMatchObject({ status: 'interrupted', attempt: 1 });
  });

  const begunBy = async (service: Running): Promise<Reconciliation> => {
    const result = await beginOrResume({ scope: all, dryRun: false, startedBy: 'schedule' }, service);
    if ('busy' in result) throw new Error(`run ${result.busy.id} is in progress`);
    return result.run;
  };
});

describe('Two workers at the same shard', () => {
  const alone = async () => {
    const world = await worldOn(tables);
    return outcome(await reconcile(world.process()), world.tables);
  };

  /** While one worker waits for a call to take effect, another worker sweeps the whole shard. */
  async function overtakenAt(isMet: (call: string, sweep: { calls: number; saves: number }) => boolean) {
    const world = await worldOn(tables);
    const { run } = await beginReconciliation({}, world.process());
    const id = run ?? '';
    let overtaken = 0;
    for (let shard = 0; shard < shardCount; shard += 1) {
      const sweep = { calls: 0, saves: 0 };
      const overtake = async (call: string): Promise<void> => {
        sweep.calls += 1;
        if (call === 'reconciliations.saveShard') sweep.saves += 1;
        if (!isMet(call, sweep)) return;
        overtaken += 1;
        await sweepUntilDone(id, shard, world.process());
      };
      await sweepUntilDone(id, shard, world.process({ onCall: overtake, onRequest: overtake }));
    }
    const ran = await workOn(id, world.process());
    await expectWholeTrails(world.tables, tables);
    return { overtaken, result: outcome(ran, world.tables) };
  }

  test.each([1, 2, 3, 4])('come to the same result as one, when one is overtaken at its save number %i', async (at) => {
    const { overtaken, result } = await overtakenAt(
      (call, { saves }) => call === 'reconciliations.saveShard' && saves === at,
    );
    expect(overtaken).toBeGreaterThan(at <= 2 ? 15 : 0);
    expectSame(result, await alone());
  });

  test('come to the same result as one, wherever one is overtaken', async () => {
    const expected = await alone();
    for (let at = 1; at < 150; at += 6) {
      const { overtaken, result } = await overtakenAt((_, { calls }) => calls === at);
      expect(overtaken).toBeGreaterThan(0);
      expectSame({ at, ...result }, { at, ...expected });
    }
  });

  test('come to the same result as one, step by step', async () => {
    const expected = await alone();
    const world = await worldOn(tables);
    const { run } = await beginReconciliation({}, world.process());
    const id = run ?? '';
    for (let shard = 0; shard < shardCount; shard += 1)
      await Promise.all([world.process(), world.process()].map((service) => sweepUntilDone(id, shard, service)));
    const ran = await workOn(id, world.process());
    expectSame(outcome(ran, world.tables), expected);
    await expectWholeTrails(world.tables, tables);
  });

  test('of two executions of one run come to the same result as one, and publish it once', async () => {
    const expected = await alone();
    const world = await worldOn(tables);
    const { run } = await beginReconciliation({}, world.process());
    const [first, second] = await Promise.all(
      [world.process(), world.process()].map((service) => workOn(run ?? '', service)),
    );
    expect(first?.run).toEqual(second?.run);
    if (first === undefined) throw new Error('nothing has run');
    expectSame(outcome(first, world.tables), expected);
    await expectWholeTrails(world.tables, tables);
  });
});
