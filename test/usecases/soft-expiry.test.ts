import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { handler as refresh } from '../../functions/refresh.ts';
import type { Functions } from '../../infra/local/aws/functions.ts';
import { startLambdaApi } from '../../infra/local/aws/lambda-api.ts';
import type { Listening } from '../../infra/local/serve.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { asInstance } from '../../lib/runtime/service.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { startService, type TestService } from '../support/service.ts';

const ref = { kind: 'account', id: 'account-hash-07057cd1dd5ecd8b77a0249f04eb91cb5694600d01155d63ba23f1c364598237' };

let running: TestService;
let lambda: Listening;
let invoked: unknown[];
let firstInvoked: PromiseWithResolvers<void>;

beforeEach(async () => {
  // Loaded here, so that it is not the request that takes the time: a reader waits for it only so long.
  await import('@aws-sdk/client-lambda');
  invoked = [];
  firstInvoked = Promise.withResolvers();
  const functions: Functions = new Map([
    [
      'refresh',
      async (event) => {
        invoked.push(event);
        firstInvoked.resolve();
      },
    ],
  ]);
  lambda = await startLambdaApi({ functions });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  running = await startService({ height: 60 });
  running.stopClock();
  await lookup(ref, defaultReadOptions, running.service);
});
afterEach(async () => {
  await running.close();
  // An open server keeps the test process alive; a second close of a closed one does nothing.
  await lambda.close();
});

const read = (service = running.service) => lookup(ref, defaultReadOptions, service);

test('past its soft limit an answer goes out unchanged, and one of all readers asks for a refresh', async () => {
  running.pass(61_000);
  const calls = running.node.calls().total;
  const answers = await Promise.all([read(), read(), read(running.another())]);
  await firstInvoked.promise;
  await lambda.close();
  expect(answers.map(({ source, stale, age }) => ({ source, stale, age }))).toEqual(
    Array(3).fill({ source: 'cache', stale: false, age: 61 }),
  );
  expect(invoked).toEqual([ref]);
  expect(running.node.calls().total).toBe(calls);
});

test('a refresh ahead of need reads the chain and does not count as an answer', async () => {
  const { service } = running;
  const { traffic, telemetry } = service;
  const before = [traffic.answers(), telemetry.counts()];
  running.node.setHeight(61);
  running.pass(1);
  const context = { functionName: 'refresh', getRemainingTimeInMillis: () => 30_000 };
  expect(await asInstance(service, () => refresh(ref, context as never))).toEqual({ height: 61 });
  expect([traffic.answers(), telemetry.counts()]).toEqual(before);
  await read();
  expect(traffic.answers()).toMatchObject({ account: { cache: 1, chain: 1 } });
});

test('before its soft limit no reader asks for a refresh', async () => {
  running.pass(59_000);
  expect(await read()).toMatchObject({ source: 'cache', age: 59 });
  await lambda.close();
  expect(invoked).toEqual([]);
});

test('past its hard limit the reader waits for the chain', async () => {
  running.pass(91_000);
  expect(await read()).toMatchObject({ source: 'chain', age: 0, cache: 'stale' });
  await lambda.close();
  expect(invoked).toEqual([]);
});

test('a refresh that cannot be requested fails no read', async () => {
  await lambda.close();
  running.pass(61_000);
  expect(await read()).toMatchObject({ source: 'cache', stale: false });
});
