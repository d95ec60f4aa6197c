import { expect, test } from '@jest/globals';
import { functionDefinition, functionsRunBy, stateMachines } from '../../infra/manifest.ts';

const { type, definition } = stateMachines['sync-loop'];
const branches = definition.States['Twice a minute'].Branches;
const expressLimitSeconds = 300;

test('catches the errors of each task separately, retries nothing and ends within the limit', () => {
  const tasks = [branches[0].States.Sync, branches[1].States['Sync again']];
  const { timeoutSeconds } = functionDefinition('sync');
  for (const task of tasks) {
    expect(task).toMatchObject({
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure' }],
      TimeoutSeconds: timeoutSeconds,
    });
    expect(task).not.toHaveProperty('Retry');
  }
  const wait = branches[1].States['Half a minute'].Seconds;
  expect([type, wait, timeoutSeconds]).toEqual(['EXPRESS', 30, 240]);
  expect(wait + timeoutSeconds).toBeLessThan(expressLimitSeconds);
});

test('runs only sync', () => {
  expect(functionsRunBy('sync-loop')).toEqual(['sync']);
});
