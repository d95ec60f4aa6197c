import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createStateMachineRunner, type StateMachineRunner } from '../../infra/local/aws/state-machine-runner.ts';
import { functionsRunBy, type StateMachineName, stateMachineNames } from '../../infra/manifest.ts';

let runner: StateMachineRunner;
beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(async () => {
  await runner.close();
  jest.useRealTimers();
});

const answers: Readonly<Record<string, object>> = {
  'begin-reconciliation': {
    run: 'a',
    reason: null,
    shards: [
      { run: 'a', shard: 0 },
      { run: 'a', shard: 1 },
    ],
  },
  'begin-enumeration': { collections: [{ collection: 'a' }, { collection: 'b' }] },
  'digest-heads': { done: true, unfinished: null },
};

/** Runs it with one function that fails, in the invocations that `when` picks; gives what has run, and what was reported. */
async function run(name: StateMachineName, failing: string, when: (event: unknown) => boolean = () => true) {
  const calls: string[] = [];
  const reports: string[] = [];
  const functions = new Map(
    functionsRunBy(name).map((each) => [
      each,
      (event: unknown) => {
        calls.push(each);
        if (each === failing && when(event)) throw new Error('broken');
        return answers[each] ?? { done: true, waitSeconds: 0 };
      },
    ]),
  );
  runner = createStateMachineRunner({ functions, report: (message) => reports.push(message) });
  const { ended } = await runner.start(name, {});
  await jest.advanceTimersByTimeAsync(3_600_000);
  await ended;
  return { calls, hasFailed: reports.includes(`${name} failed`) };
}

const all = stateMachineNames.flatMap((name) => functionsRunBy(name).map((each) => [name, each] as const));

test.each(all)('an execution of %s in which %s fails has failed', async (name, failing) => {
  expect((await run(name, failing)).hasFailed).toBe(true);
});

test.each(stateMachineNames)('an execution of %s in which nothing fails has succeeded', async (name) => {
  const { calls, hasFailed } = await run(name, 'none');
  expect([new Set(calls), hasFailed]).toEqual([new Set(functionsRunBy(name)), false]);
});

test('one collection that fails, three times, leaves the others; so does one tick of sync', async () => {
  const first = (event: unknown) => (event as { collection: string }).collection === 'a';
  const { calls, hasFailed } = await run('enumerate', 'enumerate-collection', first);
  expect([calls.filter((each) => each === 'enumerate-collection').length, hasFailed]).toEqual([4, true]);
  let ticks = 0;
  const tick = await run('sync-loop', 'sync', () => ticks++ === 0);
  expect(tick).toEqual({ calls: ['sync', 'sync'], hasFailed: true });
});

test('webhooks are sent what has a place, though what is overdue could not be published', async () => {
  expect((await run('webhook-loop', 'publish-overdue')).calls).toEqual(['publish-overdue', 'dispatch-webhooks']);
});
