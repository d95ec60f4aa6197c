import { SFNClient, StartExecutionCommand, type StartExecutionCommandInput } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  createStateMachineRunner,
  localStateMachineArn,
  type StateMachineRunner,
} from '../../../../infra/local/aws/state-machine-runner.ts';
import { startStatesApi } from '../../../../infra/local/aws/states-api.ts';
import type { Listening } from '../../../../infra/local/serve.ts';
import { LookupError } from '../../../../lib/domain/errors.ts';
import { createReconciler } from '../../../../lib/runtime/reconciler.ts';

const stateMachineArn = localStateMachineArn('reconcile');
const execution = (name: string) => stateMachineArn.replace(':stateMachine:', ':execution:').concat(`:${name}`);

let stateMachineRunner: StateMachineRunner;
let api: Listening;
let client: SFNClient;
/** The events of begin-reconciliation, and the promise that lets it return. */
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
  stateMachineRunner = createStateMachineRunner({ functions });
  api = await startStatesApi({ stateMachineRunner });
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
  await stateMachineRunner.close();
});

const end = (): void => begin.resolve({ run: null, reason: 'another run is in progress', shards: [] });
const ask = (parts: Partial<StartExecutionCommandInput> = {}) =>
  client.send(new StartExecutionCommand({ stateMachineArn, name: 'a-1', input: '{"run":"a"}', ...parts }));

test("the SDK's client starts an execution, which continues after the answer", async () => {
  const before = Date.now();
  const { executionArn, startDate } = await ask();
  expect(executionArn).toBe(execution('a-1'));
  expect(Number(startDate)).toBeGreaterThanOrEqual(before - 1);
  await whenBegun.promise;
  expect(begun).toEqual([{ run: 'a' }]);
});

test('a repeated request gets the running execution; another input or an ended execution is refused', async () => {
  const first = await ask();
  const { executionArn, startDate } = await ask();
  expect([executionArn, startDate]).toEqual([first.executionArn, first.startDate]);
  await expect(ask({ input: '{"run":"b"}' })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await whenBegun.promise;
  end();
  await stateMachineRunner.close();
  await expect(ask()).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  expect(begun).toHaveLength(1);
});

test('of executions that have ended the oldest names are forgotten; that of a running one is kept', async () => {
  await api.close();
  api = await startStatesApi({ stateMachineRunner, keptNames: 2 });
  const few = new SFNClient({
    endpoint: api.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const askFew = (name: string) => few.send(new StartExecutionCommand({ stateMachineArn, name, input: '{"run":"a"}' }));
  const running = await askFew('running');
  await askFew('b');
  await askFew('c');
  expect(await askFew('running')).toMatchObject({ executionArn: running.executionArn, startDate: running.startDate });
  end();
  await stateMachineRunner.close();
  // Each takes the place of the oldest one that has ended.
  await expect(askFew('c')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await askFew('d');
  await askFew('e');
  expect(await askFew('b')).toMatchObject({ executionArn: execution('b') });
  few.destroy();
});

test('without a name each request starts an execution; the default input is {}', async () => {
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
])('a request is refused with %s: %.80j', async (name, wrong) => {
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

test('each attempt of a run is started once, however often it is requested', async () => {
  const reconciler = createReconciler(stateMachineArn);
  await reconciler.start({ id: '20261126t101112345z-0a1b2c3d', attempt: 2 });
  await whenBegun.promise;
  end();
  await stateMachineRunner.close();
  await reconciler.start({ id: '20261126t101112345z-0a1b2c3d', attempt: 2 });
  await expect(ask({ name: '20261126t101112345z-0a1b2c3d-2' })).rejects.toMatchObject({
    name: 'ExecutionAlreadyExists',
  });
  expect(begun).toEqual([{ run: '20261126t101112345z-0a1b2c3d' }]);
});

test('a run that cannot be started is a retryable error', async () => {
  const refused = createReconciler(`${stateMachineArn}s`).start({ id: 'a', attempt: 1 });
  await expect(refused).rejects.toBeInstanceOf(LookupError);
  await expect(refused).rejects.toMatchObject({
    code: 'store_unavailable',
    retryable: true,
    message: 'the run could not be started',
    cause: expect.objectContaining({ name: 'StateMachineDoesNotExist' }),
  });
});

test('without a state machine there is no request', async () => {
  await expect(createReconciler('').start({ id: 'a', attempt: 1 })).rejects.toThrow(TypeError);
});
