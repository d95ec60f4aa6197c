import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, expect, test } from '@jest/globals';
import type { Handler } from '../../../../infra/local/aws/functions.ts';
import { startLambdaApi } from '../../../../infra/local/aws/lambda-api.ts';
import type { Listening } from '../../../../infra/local/serve.ts';

let api: Listening | undefined;
afterEach(async () => {
  await api?.close();
});

async function start(handlers: Record<string, Handler>, report: (message: string) => void = () => {}): Promise<string> {
  api = await startLambdaApi({ functions: new Map(Object.entries(handlers)), report });
  return `${api.url}/2015-03-31/functions`;
}

const invoke = (url: string, name: string, type: 'Event' | 'RequestResponse', body = '{"ref":1}') =>
  fetch(`${url}/${name}/invocations`, { method: 'POST', headers: { 'x-amz-invocation-type': type }, body });

test('an asynchronous invocation is accepted before its handler ends, and close waits for it', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const seen: unknown[] = [];
  const url = await start({
    refresh: async (event, context) => {
      await released;
      seen.push(event, context.functionName);
    },
  });
  const answer = await invoke(url, 'astake-lookup-local-refresh', 'Event');
  expect([answer.status, await answer.text(), seen]).toEqual([202, '', []]);
  const closed = api?.close();
  release();
  await closed;
  expect(seen).toEqual([{ ref: 1 }, 'astake-lookup-local-refresh']);
});

test("the SDK's client invokes functions", async () => {
  const seen: unknown[] = [];
  await start({ refresh: (event) => ({ first: seen.push(event) === 1 }) });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new LambdaClient({ endpoint: api?.url ?? '', region: 'local', credentials });
  const invocation = { FunctionName: 'astake-lookup-local-refresh', Payload: '{"kind":"account","id":"é"}' };
  const answer = await client.send(new InvokeCommand({ ...invocation, InvocationType: 'RequestResponse' }));
  expect([answer.StatusCode, answer.Payload?.transformToString()]).toEqual([200, '{"first":true}']);
  expect((await client.send(new InvokeCommand({ ...invocation, InvocationType: 'Event' }))).StatusCode).toBe(202);
  await expect(client.send(new InvokeCommand({ FunctionName: 'other' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  client.destroy();
  await api?.close();
  expect(seen).toEqual(Array(2).fill({ kind: 'account', id: 'é' }));
});

test('a failed invocation is reported once and not retried', async () => {
  const reports: string[] = [];
  let runs = 0;
  const url = await start(
    {
      refresh: () => {
        runs += 1;
        throw new Error('no node');
      },
    },
    (message) => reports.push(message),
  );
  expect((await invoke(url, 'astake-lookup-local-refresh', 'Event')).status).toBe(202);
  await api?.close();
  expect(runs).toBe(1);
  expect(reports).toEqual([expect.stringContaining('refresh failed')]);
});

test.each([
  'astake-lookup-local-refresh',
  'astake-lookup-local-refresh%3A%24LATEST',
  'arn:aws:lambda:local:000000000000:function:astake-lookup-local-refresh',
  'arn%3Aaws%3Alambda%3Alocal%3A000000000000%3Afunction%3Aastake-lookup-local-refresh',
])('a synchronous invocation of %s returns the result of the handler', async (name) => {
  const answer = await invoke(await start({ refresh: (event) => ({ got: event }) }), name, 'RequestResponse');
  expect([answer.status, await answer.json()]).toEqual([200, { got: { ref: 1 } }]);
  expect(answer.headers.has('x-amz-function-error')).toBe(false);
});

test('a synchronous invocation reports that the handler threw', async () => {
  const url = await start({ refresh: () => Promise.reject(new TypeError('no')) });
  const answer = await invoke(url, 'astake-lookup-local-refresh', 'RequestResponse');
  expect([answer.status, answer.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
  expect(await answer.json()).toEqual({ errorType: 'TypeError', errorMessage: 'no' });
});

test.each([
  ['astake-lookup-local-nothing', '{}', 404, 'ResourceNotFoundException'],
  ['refresh', '{}', 404, 'ResourceNotFoundException'],
  ['astake-lookup-local-refresh', '{"ref"', 400, 'InvalidRequestContentException'],
])('%s with %s is refused: %d %s', async (name, body, status, type) => {
  const answer = await invoke(await start({ refresh: () => ({}) }), name, 'Event', body);
  expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([status, type]);
});

test.each(['', '/', '/secret', '/%2e%2e'])(
  'a call that does not know the private part of the URL, but %j, runs nothing',
  async (guess) => {
    const seen: unknown[] = [];
    await start({ refresh: (event) => seen.push(event) });
    const url = `${new URL(api?.url ?? '').origin}${guess}/2015-03-31/functions`;
    expect((await invoke(url, 'astake-lookup-local-refresh', 'RequestResponse')).status).toBe(403);
    expect(seen).toEqual([]);
  },
);
