import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Handler } from '../../infra/local/aws/functions.ts';
import {
  createStateMachineRunner,
  type StateMachineExecution,
  type StateMachineRunner,
} from '../../infra/local/aws/state-machine-runner.ts';
import { functionDefinition, functionsRunBy, stateMachines, statesOf } from '../../infra/manifest.ts';

const { type, definition } = stateMachines.reconcile;
const shards = (count: number) => Array.from({ length: count }, (_, shard) => ({ run: 'a', shard }));

interface Sweep {
  readonly run: string;
  readonly shard: number;
}

let runner: StateMachineRunner;
let reports: string[];
/** Invoked functions with their events, in order. */
let calls: [string, unknown][];
let startedAt: number;

beforeEach(() => {
  jest.useFakeTimers();
  startedAt = Date.now();
  calls = [];
  reports = [];
});
afterEach(async () => {
  await runner.close();
  jest.useRealTimers();
});

const begun = (count: number) => ({ run: 'a', reason: null, shards: shards(count) });
const swept = (waitSeconds?: number) => ({ done: waitSeconds === undefined, waitSeconds: waitSeconds ?? 0 });
const broken = (): never => {
  throw new Error('no store');
};
const seconds = () => (Date.now() - startedAt) / 1000;
const of = (name: string) => calls.filter(([called]) => called === name).map(([, event]) => event);

/** Runs the manifest's definition with these functions. Functions that are not given succeed. */
async function start(handlers: Record<string, Handler>, input: object = {}): Promise<StateMachineExecution> {
  const all: Record<string, Handler> = {
    'begin-reconciliation': () => begun(1),
    'resolve-overdue': () => ({ conflicts: 0 }),
    'sweep-shard': () => swept(),
    'finish-reconciliation': () => ({ id: 'a' }),
    ...handlers,
  };
  const functions = new Map(
    Object.entries(all).map(([name, handler]): [string, Handler] => [
      name,
      (event, context) => {
        calls.push([name, event]);
        return handler(event, context);
      },
    ]),
  );
  runner = createStateMachineRunner({ functions, report: (message) => reports.push(message) });
  return runner.start('reconcile', input);
}

async function run(handlers: Record<string, Handler>, input: object = {}): Promise<void> {
  const { ended } = await start(handlers, input);
  await jest.advanceTimersByTimeAsync(3_600_000);
  await ended;
}

test('begins with the requested run, or without a run id', async () => {
  await run({}, { run: 'a' });
  expect(of('begin-reconciliation')).toEqual([{ run: 'a' }]);
  calls = [];
  await run({});
  expect(calls).toEqual([
    ['begin-reconciliation', {}],
    ['resolve-overdue', { run: 'a' }],
    ['sweep-shard', { run: 'a', shard: 0 }],
    ['finish-reconciliation', { run: 'a' }],
  ]);
  expect(reports).toEqual([]);
});

test('sweeps each shard until it is done, and finishes once', async () => {
  const sweeps = new Map<number, number>();
  await run({
    'begin-reconciliation': () => begun(16),
    'sweep-shard': (event) => {
      const { shard } = event as Sweep;
      const count = (sweeps.get(shard) ?? 0) + 1;
      sweeps.set(shard, count);
      return count > shard ? swept() : swept(0);
    },
  });
  expect([...sweeps].sort(([a], [b]) => a - b)).toEqual(shards(16).map(({ shard }) => [shard, shard + 1]));
  expect(of('finish-reconciliation')).toEqual([{ run: 'a' }]);
  expect(calls.at(-1)?.[0]).toBe('finish-reconciliation');
  expect(reports).toEqual([]);
});

test('sweeps at most four shards at once', async () => {
  let active = 0;
  const activeCounts: number[] = [];
  const releases: (() => void)[] = [];
  const { ended } = await start({
    'begin-reconciliation': () => begun(6),
    'sweep-shard': async () => {
      activeCounts.push(++active);
      await new Promise<void>((resolve) => releases.push(resolve));
      active -= 1;
      return swept();
    },
  });
  await jest.advanceTimersByTimeAsync(0);
  expect(activeCounts).toEqual([1, 2, 3, 4]);
  while (releases.length > 0) {
    for (const release of releases.splice(0)) release();
    await jest.advanceTimersByTimeAsync(0);
  }
  await ended;
  expect([activeCounts.length, Math.max(...activeCounts)]).toEqual([6, 4]);
});

test('waits for as long as a shard requests, and not at all for 0', async () => {
  const waits = [7, 0, 60];
  const at: number[] = [];
  await run({
    'sweep-shard': () => {
      at.push(seconds());
      return swept(waits.shift());
    },
  });
  expect(at).toEqual([0, 7, 7, 67]);
});

test('ends immediately if no run is needed', async () => {
  await run({ 'begin-reconciliation': () => ({ run: null, reason: 'another run is in progress', shards: [] }) });
  expect(calls).toEqual([['begin-reconciliation', {}]]);
  expect(reports).toEqual([]);
});

test('finishes a run without a shard', async () => {
  await run({ 'begin-reconciliation': () => begun(0) });
  expect(calls.map(([name]) => name)).toEqual(['begin-reconciliation', 'resolve-overdue', 'finish-reconciliation']);
});

test('retries a failed sweep of a shard: each sweep has three attempts', async () => {
  const at: number[] = [];
  const failing = new Set([0, 1, 3, 4]);
  await run({
    'sweep-shard': () => {
      const attempt = at.push(seconds()) - 1;
      if (failing.has(attempt)) broken();
      return attempt === 2 ? swept(0) : swept();
    },
  });
  expect(at).toEqual([0, 5, 20, 20, 25, 40]);
  expect(of('sweep-shard')).toEqual(Array(6).fill({ run: 'a', shard: 0 }));
  expect(reports).toEqual(Array(4).fill('sweep-shard failed (reconcile)'));
  expect(of('finish-reconciliation')).toHaveLength(1);
});

test('a shard that fails at every attempt ends alone; all other shards are swept completely', async () => {
  let hasWaited = false;
  await run({
    'begin-reconciliation': () => begun(6),
    'sweep-shard': (event) => {
      const { shard } = event as Sweep;
      if (shard === 2) broken();
      if (shard !== 3 || hasWaited) return swept();
      hasWaited = true;
      return swept(60);
    },
  });
  const sweeps = (of('sweep-shard') as Sweep[]).map(({ shard }) => shard);
  expect(sweeps.sort()).toEqual([0, 1, 2, 2, 2, 3, 3, 4, 5]);
  expect(of('finish-reconciliation')).toEqual([{ run: 'a' }]);
  expect(calls.at(-1)?.[0]).toBe('finish-reconciliation');
  expect(reports.at(-1)).toBe('reconcile failed');
});

test('sweeps the shards even if resolve-overdue fails', async () => {
  await run({ 'resolve-overdue': broken });
  expect(calls.map(([name]) => name)).toEqual([
    'begin-reconciliation',
    'resolve-overdue',
    'sweep-shard',
    'finish-reconciliation',
  ]);
  expect(reports).toEqual(['resolve-overdue failed (reconcile)', 'reconcile failed']);
});

test.each(['begin-reconciliation', 'finish-reconciliation'])('makes three attempts at %s', async (name) => {
  let left = 2;
  await run({ [name]: () => (left-- > 0 ? broken() : begun(1)) });
  expect(of(name)).toHaveLength(3);
  expect(reports).toEqual(Array(2).fill(`${name} failed (reconcile)`));
  calls = [];
  reports = [];
  await run({ [name]: broken });
  expect(reports).toEqual([...Array(3).fill(`${name} failed (reconcile)`), 'reconcile failed']);
});

test('ends an execution that would sweep for ever', async () => {
  const { ended } = await start({ 'sweep-shard': () => swept(60) });
  await jest.advanceTimersByTimeAsync(3 * 3_600_000);
  await ended;
  const sweeps = of('sweep-shard').length;
  await jest.advanceTimersByTimeAsync(3_600_000);
  expect([sweeps, of('sweep-shard').length]).toEqual([120, 120]);
  expect(reports).toEqual(['reconcile failed']);
});

test('close stops the execution where it is; nothing starts after that', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { ended } = await start({
    'begin-reconciliation': () => begun(6),
    'sweep-shard': async () => {
      await released;
      return swept(30);
    },
  });
  await jest.advanceTimersByTimeAsync(0);
  const closed = runner.close();
  release();
  await closed;
  await ended;
  await jest.advanceTimersByTimeAsync(3_600_000);
  expect(calls.map(([name]) => name)).toEqual([
    'begin-reconciliation',
    'resolve-overdue',
    ...Array(4).fill('sweep-shard'),
  ]);
  expect([reports, jest.getTimerCount()]).toEqual([[], 0]);
});

test('runs four functions, each with the time-out of its function', () => {
  expect(type).toBe('STANDARD');
  const names = functionsRunBy('reconcile');
  expect(names).toEqual(['begin-reconciliation', 'resolve-overdue', 'sweep-shard', 'finish-reconciliation']);
  const tasks = statesOf(definition).filter(([, state]) => state.Type === 'Task');
  expect(tasks.map(([, state]) => state)).toEqual(
    names.map((name) => expect.objectContaining({ TimeoutSeconds: functionDefinition(name).timeoutSeconds })),
  );
});
