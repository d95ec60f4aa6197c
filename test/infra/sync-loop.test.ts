import { expect, test } from '@jest/globals';
import { functionDefinition, functionsRunBy, stateMachines } from '../../infra/manifest.ts';

const { type, definition } = stateMachines['sync-loop'];
const branches = definition.States['Twice a minute'].Branches;
const secondsAnExpressExecutionMayTake = 300;

test('catches whatever its tasks throw, each by itself, tries nothing again and ends in time', () => {
  const tasks = [branches[0].States.Sync, branches[1].States['Sync again']];
  const { timeoutSeconds } = functionDefinition('sync');
  for (const task of tasks) {
    expect(task).toMatchObject({ Catch: [{ ErrorEquals: ['States.ALL'] }], TimeoutSeconds: timeoutSeconds });
    expect(task).not.toHaveProperty('Retry');
  }
  const wait = branches[1].States['Half a minute'].Seconds;
  expect([type, wait, timeoutSeconds]).toEqual(['EXPRESS', 30, 240]);
  expect(wait + timeoutSeconds).toBeLessThan(secondsAnExpressExecutionMayTake);
});

test('runs sync and nothing else', () => {
  expect(functionsRunBy('sync-loop')).toEqual(['sync']);
});
