import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Handler } from '../../../../infra/local/aws/functions.ts';
import { type Schedules, startSchedules } from '../../../../infra/local/aws/schedules.ts';
import { createStateMachineRunner, type StateMachineRunner } from '../../../../infra/local/aws/state-machine-runner.ts';

let stateMachineRunner: StateMachineRunner;
let schedules: Schedules;
let startedAt: number;
let reports: string[];

beforeEach(() => {
  jest.useFakeTimers();
  startedAt = Date.now();
  reports = [];
});
afterEach(async () => {
  await close();
  jest.useRealTimers();
});

const run = async (given: { 'sync-loop': number; reconcile: number }, handlers: Record<string, Handler>) => {
  const paces = { ...given, enumerate: 0 };
  stateMachineRunner = createStateMachineRunner({
    functions: new Map(Object.entries(handlers)),
    report: (message) => reports.push(message),
  });
  schedules = await startSchedules({ stateMachineRunner, paces });
  await jest.advanceTimersByTimeAsync(0);
};
const start = (pace: number, sync: Handler) => run({ 'sync-loop': pace, reconcile: 0 }, { sync });
const close = (): Promise<void> => {
  schedules.stop();
  return stateMachineRunner.close();
};
const seconds = () => (Date.now() - startedAt) / 1000;
const pass = (howLong: number) => jest.advanceTimersByTimeAsync(howLong * 1000);

describe('the local sync loop', () => {
  test('runs immediately, and then at the requested interval', async () => {
    for (const [pace, expected] of [
      [30, [0, 30, 60, 90]],
      [5, [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90]],
      [45, [0, 45, 90]],
    ] as const) {
      startedAt = Date.now();
      const at: number[] = [];
      await start(pace, () => void at.push(seconds()));
      expect(at).toEqual([0]);
      await pass(90);
      expect(at).toEqual(expected);
      await close();
    }
  });

  test('continues after a failed run, and reports it', async () => {
    const at: number[] = [];
    await start(30, () => {
      at.push(seconds());
      throw new Error('no node');
    });
    await pass(60);
    expect(at).toEqual([0, 30, 60]);
    expect(reports).toEqual(
      ['sync failed', 'sync failed', 'sync-loop failed', 'sync failed'].map((text) => expect.stringContaining(text)),
    );
  });

  test('does not wait for a slow run, and ends a run at the time-out of its function', async () => {
    const at: number[] = [];
    await start(30, () => {
      at.push(seconds());
      return new Promise(() => {});
    });
    await pass(120);
    expect(at).toEqual([0, 30, 60, 90, 120]);
    await pass(120);
    expect(reports).toEqual(['sync failed (sync-loop)']);
    const closed = close();
    await pass(240);
    await closed;
    expect(reports).toHaveLength(9);
  });

  test('close waits for a running function and starts nothing more', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let runs = 0;
    await start(30, () => {
      runs += 1;
      return promise;
    });
    let closed = false;
    const closing = close().then(() => {
      closed = true;
    });
    await pass(60);
    expect([runs, closed]).toEqual([1, false]);
    resolve();
    await closing;
    await pass(600);
    expect([runs, reports]).toEqual([1, []]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('is off at the interval 0', async () => {
    let runs = 0;
    await start(0, () => {
      runs += 1;
    });
    await pass(3_600);
    expect([runs, jest.getTimerCount()]).toEqual([0, 0]);
  });
});

describe('the local run of reconciliation', () => {
  const idle = { run: null, reason: 'nothing is stored', shards: [] };

  test('starts after one interval, without a run id', async () => {
    const at: [number, unknown][] = [];
    const begin: Handler = (event) => {
      at.push([seconds(), event]);
      return idle;
    };
    await run({ 'sync-loop': 0, reconcile: 90 }, { 'begin-reconciliation': begin });
    await pass(89);
    expect(at).toEqual([]);
    await pass(92);
    expect(at).toEqual([
      [90, {}],
      [180, {}],
    ]);
  });

  test('waits as long as a shard requests, at every interval', async () => {
    for (const pace of [36, 36_000]) {
      startedAt = Date.now();
      const at: number[] = [];
      await run(
        { 'sync-loop': 0, reconcile: pace },
        {
          'begin-reconciliation': () => ({ run: 'a', reason: null, shards: [{ run: 'a', shard: 0 }] }),
          'resolve-overdue': () => ({}),
          'sweep-shard': () => ({ done: at.push(seconds() - pace) > 1, waitSeconds: 7 }),
          'finish-reconciliation': () => ({}),
        },
      );
      await pass(pace + 20);
      expect(at).toEqual([0, 7]);
      await close();
    }
    expect(reports).toEqual([]);
  });

  test('is off at the interval 0', async () => {
    await run({ 'sync-loop': 0, reconcile: 0 }, {});
    await pass(7_200);
    expect([reports, jest.getTimerCount()]).toEqual([[], 0]);
  });
});
