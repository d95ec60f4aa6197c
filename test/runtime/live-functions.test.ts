import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { service } from '../../lib/runtime/service.ts';
import { webhookRunner } from '../../lib/runtime/webhook-runner.ts';

const lambda = mockClient(LambdaClient);
beforeEach(() => {
  lambda.reset();
  lambda.on(InvokeCommand).resolves({});
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    ASTAKE_ENVIRONMENT: 'local',
    CASPER_RPC_URLS: 'http://127.0.0.1:1',
    CASPER_CHAIN_NAME: 'a-chain',
  });
});
const invoked = () => lambda.commandCalls(InvokeCommand).map(({ args: [{ input }] }) => input.FunctionName);

test('functions that invoke others invoke the versions in use, by their aliases', async () => {
  const runner = webhookRunner('production');
  await runner.dispatch();
  await runner.deliver('a-webhook');
  await service().refresher.request({ kind: 'account', id: 'one' });
  expect(invoked()).toEqual([
    'astake-lookup-production-dispatch-webhooks:live',
    'astake-lookup-production-deliver-webhook:live',
    'astake-lookup-local-refresh:live',
  ]);
});
