import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Handler } from '../../infra/local/functions.ts';
import { type Schedules, startSchedules } from '../../infra/local/schedules.ts';

let schedules: Schedules | undefined;
let startedAt: number;
let reports: string[];

beforeEach(() => {
  jest.useFakeTimers();
  startedAt = Date.now();
  reports = [];
});
afterEach(async () => {
  await schedules?.close();
  jest.useRealTimers();
});

const start = async (pace: number, sync: Handler): Promise<void> => {
  schedules = await startSchedules({
    functions: new Map([['sync', sync]]),
    paces: { 'sync-loop': pace },
    report: (message) => reports.push(message),
  });
  await jest.advanceTimersByTimeAsync(0);
};
const seconds = () => (Date.now() - startedAt) / 1000;
const pass = (howLong: number) => jest.advanceTimersByTimeAsync(howLong * 1000);

describe('the local sync loop', () => {
  test('runs at once, and then at the pace that is asked for', async () => {
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
      await schedules?.close();
    }
  });

  test('goes on where one run fails, and tells of it', async () => {
    const at: number[] = [];
    await start(30, () => {
      at.push(seconds());
      throw new Error('no node');
    });
    await pass(60);
    expect(at).toEqual([0, 30, 60]);
    expect(reports).toEqual(Array(3).fill(expect.stringContaining('sync failed')));
  });

  test('does not wait for a run that takes long, and lets none take longer than its function may', async () => {
    const at: number[] = [];
    await start(30, () => {
      at.push(seconds());
      return new Promise(() => {});
    });
    await pass(120);
    expect(at).toEqual([0, 30, 60, 90, 120]);
    await pass(120);
    expect(reports).toEqual(['sync failed (scheduled)']);
    const closed = schedules?.close();
    await pass(240);
    await closed;
    expect(reports).toHaveLength(9);
  });

  test('closing waits for what runs and starts nothing more', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let runs = 0;
    await start(30, () => {
      runs += 1;
      return promise;
    });
    let closed = false;
    const closing = schedules?.close().then(() => {
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

  test('runs never by itself at the pace of 0', async () => {
    let runs = 0;
    await start(0, () => {
      runs += 1;
    });
    await pass(3_600);
    expect([runs, jest.getTimerCount()]).toEqual([0, 0]);
  });
});
