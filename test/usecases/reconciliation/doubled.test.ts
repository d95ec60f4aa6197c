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
import { leftBy, outcome } from './killed-run.ts';
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

const sweepToItsEnd = async (run: string, shard: number, service: Running): Promise<void> => {
  while (!(await sweepShard({ run, shard }, service)).done);
};

describe('Of two that begin', () => {
  test('the second is told which run is at work, and starts nothing', async () => {
    const world = await worldOn(tables);
    const started: string[] = [];
    const { id } = await start(world.process(), all, started);
    const refused = { code: 'conflict_state', retryable: true, message: `the run ${id} is at work` };
    await expect(start(world.process(), all, started)).rejects.toMatchObject(refused);
    await expect(start(world.process(), accounts, started)).rejects.toMatchObject(refused);
    const hourly = await beginReconciliation({}, world.process());
    expect(hourly).toEqual({ run: null, reason: `the run ${id} is at work`, shards: [] });
    expect(started).toEqual([id]);
    expect([...world.tables.reconciliations.keys()]).toEqual([id]);
  });

  test('at the very same time one is told so', async () => {
    const world = await worldOn(tables);
    const services = Array.from({ length: 5 }, () => world.process());
    const begun = await Promise.all(services.map((service) => beginReconciliation({}, service)));
    const { id } = leftBy(world) ?? {};
    expect(begun.flatMap(({ run }) => run ?? [])).toEqual([id]);
    expect(begun.flatMap(({ reason }) => reason ?? [])).toEqual(Array(4).fill(`the run ${id} is at work`));
    expect(world.tables.reconciliations.size).toBe(1);
  });

  test('the second begins its own once the first has ended', async () => {
    const world = await worldOn(tables);
    const { run } = await reconcile(world.process());
    const { run: next } = await beginReconciliation({}, world.process());
    expect(next).not.toBe(run.id);
    expect(world.tables.reconciliations.get(run.id)).toEqual(run);
  });
});

describe('A run that was left', () => {
  /** With a few of its shards done, and one begun. */
  async function left() {
    const world = await worldOn(tables);
    const service = world.process();
    const { run } = await beginReconciliation({}, service);
    const id = run ?? '';
    for (let shard = 0; shard < 9; shard += 1) await sweepToItsEnd(id, shard, service);
    await sweepShard({ run: id, shard: 9 }, service, { startMs: 0, runMs: 3_600_000 });
    return { world, id, found: await tallyOf(id, service) };
  }

  test('is at work for ten minutes, and is taken up again from then on', async () => {
    const { world, id } = await left();
    world.pass(10 * aMinute - 1);
    expect(await beginReconciliation({}, world.process())).toMatchObject({ run: null });
    world.pass(1);
    expect(await beginReconciliation({}, world.process())).toMatchObject({ run: id });
    expect(leftBy(world)).toMatchObject({ id, status: 'running', attempt: 2 });
    world.pass(10 * aMinute - 1);
    expect(await beginReconciliation({}, world.process())).toMatchObject({ run: null });
  });

  test('is at work for as long as one of its shards gets on', async () => {
    const { world, id } = await left();
    for (let shard = 9; shard < 14; shard += 1) {
      world.pass(9 * aMinute);
      await sweepToItsEnd(id, shard, world.process());
      expect(await beginReconciliation({}, world.process())).toMatchObject({ run: null });
    }
  });

  test('is taken up by one of two that come at the same time', async () => {
    const { world, id } = await left();
    world.pass(10 * aMinute);
    const services = [world.process(), world.process()];
    const begun = await Promise.all(services.map((service) => beginReconciliation({}, service)));
    expect(begun.flatMap(({ run }) => run ?? [])).toEqual([id]);
    expect(leftBy(world)).toMatchObject({ id, attempt: 2 });
  });

  test('is ended by one of another scope, and what it found can be read', async () => {
    const { world, id, found } = await left();
    expect(found.counts.fixed).toBeGreaterThan(3);
    world.pass(10 * aMinute);
    const service = world.process();
    const other = await start(service, accounts);
    expect(other).toMatchObject({ status: 'running', scope: accounts, attempt: 1 });
    expect(other.id).not.toBe(id);
    const { milliseconds: _, ...shown } = found;
    const ended = { status: 'interrupted', reason: 'it was left, and not taken up again' };
    expect(await reportById(id, service)).toMatchObject({ ...ended, ...shown, progress: { shards: 16, done: 9 } });
    // Whoever is still at it changes nothing any more, and says how it has ended.
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
    expect(leftBy(world)).toMatchObject({ id: other.id, status: 'running' });
    await workOn(other.id, service);
    expect(await tallyOf(id, service)).toEqual(found);
  });

  test('is not taken up a fifth time, nor when it is a quarter of a day old', async () => {
    const { world, id } = await left();
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      world.pass(10 * aMinute);
      expect(await takeUp(world.process())).toMatchObject({ id, attempt });
    }
    world.pass(10 * aMinute);
    const next = await takeUp(world.process());
    expect(next.id).not.toBe(id);
    expect(world.tables.reconciliations.get(id)).toMatchObject({ status: 'interrupted', attempt: 5 });
    world.pass(6 * 60 * aMinute);
    expect((await takeUp(world.process())).id).not.toBe(next.id);
    expect(world.tables.reconciliations.get(next.id)).toMatchObject({ status: 'interrupted', attempt: 1 });
  });

  const takeUp = async (service: Running): Promise<Reconciliation> => {
    const taken = await beginOrResume({ scope: all, dryRun: false, startedBy: 'schedule' }, service);
    if ('busy' in taken) throw new Error(`${taken.busy.id} is at work`);
    return taken.run;
  };
});

describe('Two workers at the same shard', () => {
  const alone = async () => {
    const world = await worldOn(tables);
    return outcome(await reconcile(world.process()), world.tables);
  };

  /** While one waits for its k-th call to take effect the other one comes, and goes through the whole shard. */
  async function overtakenAt(isMet: (call: string, sweep: { calls: number; saves: number }) => boolean) {
    const world = await worldOn(tables);
    const { run } = await beginReconciliation({}, world.process());
    const id = run ?? '';
    let overtaken = 0;
    for (let shard = 0; shard < shardCount; shard += 1) {
      const sweep = { calls: 0, saves: 0 };
      const come = async (call: string): Promise<void> => {
        sweep.calls += 1;
        if (call === 'reconciliations.saveShard') sweep.saves += 1;
        if (!isMet(call, sweep)) return;
        overtaken += 1;
        await sweepToItsEnd(id, shard, world.process());
      };
      await sweepToItsEnd(id, shard, world.process({ onCall: come, onRequest: come }));
    }
    const ran = await workOn(id, world.process());
    await expectWholeTrails(world.tables, tables);
    return { overtaken, came: outcome(ran, world.tables) };
  }

  test.each([1, 2, 3, 4])('come to what one comes to, one overtaken when it saves for the time %i', async (at) => {
    const { overtaken, came } = await overtakenAt(
      (call, { saves }) => call === 'reconciliations.saveShard' && saves === at,
    );
    expect(overtaken).toBeGreaterThan(at <= 2 ? 15 : 0);
    expectSame(came, await alone());
  });

  test('come to what one comes to, wherever one is overtaken', async () => {
    const expected = await alone();
    for (let at = 1; at < 150; at += 6) {
      const { overtaken, came } = await overtakenAt((_, { calls }) => calls === at);
      expect(overtaken).toBeGreaterThan(0);
      expectSame({ at, ...came }, { at, ...expected });
    }
  });

  test('come to what one comes to, step by step', async () => {
    const expected = await alone();
    const world = await worldOn(tables);
    const { run } = await beginReconciliation({}, world.process());
    const id = run ?? '';
    for (let shard = 0; shard < shardCount; shard += 1)
      await Promise.all([world.process(), world.process()].map((service) => sweepToItsEnd(id, shard, service)));
    const ran = await workOn(id, world.process());
    expectSame(outcome(ran, world.tables), expected);
    await expectWholeTrails(world.tables, tables);
  });

  test('of two executions of one run come to what one comes to, and it is told of once', async () => {
    const expected = await alone();
    const world = await worldOn(tables);
    const { run } = await beginReconciliation({}, world.process());
    const [one, other] = await Promise.all(
      [world.process(), world.process()].map((service) => workOn(run ?? '', service)),
    );
    expect(one?.run).toEqual(other?.run);
    if (one === undefined) throw new Error('nothing has run');
    expectSame(outcome(one, world.tables), expected);
    await expectWholeTrails(world.tables, tables);
  });
});
