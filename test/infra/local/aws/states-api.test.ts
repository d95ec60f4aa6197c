import { SFNClient, StartExecutionCommand, type StartExecutionCommandInput } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  createStateMachines,
  localMachineArn,
  type StateMachines,
} from '../../../../infra/local/aws/state-machines.ts';
import { startStatesApi } from '../../../../infra/local/aws/states-api.ts';
import type { Listening } from '../../../../infra/local/serve.ts';
import { LookupError } from '../../../../lib/domain/errors.ts';
import { createReconciler } from '../../../../lib/runtime/reconciler.ts';

const stateMachineArn = localMachineArn('reconcile');
const execution = (name: string) => stateMachineArn.replace(':stateMachine:', ':execution:').concat(`:${name}`);

let machines: StateMachines;
let api: Listening;
let client: SFNClient;
/** What begin was given, and what lets it answer. */
let begun: unknown[];
let begin: PromiseWithResolvers<object>;
let whenBegun: PromiseWithResolvers<void>;

beforeEach(async () => {
  begun = [];
  begin = Promise.withResolvers();
  whenBegun = Promise.withResolvers();
  const functions = new Map([
    [
      'begin-reconciliation',
      (event: unknown) => {
        begun.push(event);
        whenBegun.resolve();
        return begin.promise;
      },
    ],
  ]);
  machines = createStateMachines({ functions });
  api = await startStatesApi({ machines });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SFNClient({ endpoint: api.url, region: 'local', credentials, maxAttempts: 1 });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SFN: api.url,
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});
afterEach(async () => {
  end();
  client.destroy();
  await api.close();
  await machines.close();
});

const end = (): void => begin.resolve({ run: null, reason: 'another run is at work', shards: [] });
const ask = (parts: Partial<StartExecutionCommandInput> = {}) =>
  client.send(new StartExecutionCommand({ stateMachineArn, name: 'a-1', input: '{"run":"a"}', ...parts }));

test("the SDK's client starts a run, which goes on behind the answer", async () => {
  const before = Date.now();
  const { executionArn, startDate } = await ask();
  expect(executionArn).toBe(execution('a-1'));
  expect(Number(startDate)).toBeGreaterThanOrEqual(before - 1);
  await whenBegun.promise;
  expect(begun).toEqual([{ run: 'a' }]);
});

test('the same again is the same one while it is running; another one of its name is refused', async () => {
  const first = await ask();
  const { executionArn, startDate } = await ask();
  expect([executionArn, startDate]).toEqual([first.executionArn, first.startDate]);
  await expect(ask({ input: '{"run":"b"}' })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await whenBegun.promise;
  end();
  await machines.close();
  await expect(ask()).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  expect(begun).toHaveLength(1);
});

test('without a name each is another one, and without an input it is given {}', async () => {
  const asked = { name: undefined, input: undefined };
  const arns = [await ask(asked), await ask(asked)].map(({ executionArn }) => executionArn);
  expect(new Set(arns).size).toBe(2);
  await whenBegun.promise;
  expect(begun[0]).toEqual({});
});

test.each<[string, Partial<StartExecutionCommandInput>]>([
  ['StateMachineDoesNotExist', { stateMachineArn: `${stateMachineArn}s` }],
  ['InvalidName', { name: 'a run' }],
  ['InvalidName', { name: 'a'.repeat(81) }],
  ['InvalidExecutionInput', { input: '{"run"' }],
  ['InvalidExecutionInput', { input: JSON.stringify({ run: 'a'.repeat(256 * 1024) }) }],
])('is refused with %s: %.80j', async (name, wrong) => {
  await expect(ask(wrong)).rejects.toMatchObject({ name });
  expect(begun).toEqual([]);
});

test('other operations are refused', async () => {
  const headers = { 'x-amz-target': 'AWSStepFunctions.StopExecution', 'content-type': 'application/x-amz-json-1.0' };
  const answer = await fetch(api.url, { method: 'POST', headers, body: '{}' });
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { __type: 'UnknownOperationException', message: 'UnknownOperationException' },
  ]);
});

test('a run is started by its attempt, once however often it is asked for', async () => {
  const reconciler = createReconciler(stateMachineArn);
  await reconciler.start({ id: '20261126t101112345z-0a1b2c3d', attempt: 2 });
  await whenBegun.promise;
  end();
  await machines.close();
  await reconciler.start({ id: '20261126t101112345z-0a1b2c3d', attempt: 2 });
  await expect(ask({ name: '20261126t101112345z-0a1b2c3d-2' })).rejects.toMatchObject({
    name: 'ExecutionAlreadyExists',
  });
  expect(begun).toEqual([{ run: '20261126t101112345z-0a1b2c3d' }]);
});

test('a run that cannot be started is said to be so, and may be asked for again', async () => {
  const refused = createReconciler(`${stateMachineArn}s`).start({ id: 'a', attempt: 1 });
  await expect(refused).rejects.toBeInstanceOf(LookupError);
  await expect(refused).rejects.toMatchObject({
    code: 'store_unavailable',
    retryable: true,
    message: 'the run could not be started',
    cause: expect.objectContaining({ name: 'StateMachineDoesNotExist' }),
  });
});

test('without a state machine nothing is asked', async () => {
  await expect(createReconciler('').start({ id: 'a', attempt: 1 })).rejects.toThrow(TypeError);
});
