import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { eventually } from '../../faults/child.ts';
import { type Local, startLocal } from '../../support/local.ts';

const operator = { authorization: 'Bearer a-key-for-tests-only' };
const { account } = recordedExamples['chain-a'];

let local: Local;
beforeAll(async () => {
  local = await startLocal({ syncSeconds: 1, height: 60 });
});
afterAll(() => local.close());

const cursor = async (): Promise<{ height: number } | null> => (await local.get('/v1/sync', operator)).body.cursor;

test('a local run syncs at its start and then at each interval', async () => {
  await eventually(async () => (await cursor())?.height === 60);
  local.setHeight(64);
  await eventually(async () => (await cursor())?.height === 64);
  local.setHeight(66);
  await eventually(async () => (await cursor())?.height === 66);
});

test('an event in the outbox is published to the bus, without a dead letter', async () => {
  expect((await local.get(`/v1/accounts/${account}`)).status).toBe(200);
  await eventually(() => local.stack.events().length > 0);
  expect(local.stack.events()[0]).toMatchObject({ source: 'astake-lookup', detailType: 'RecordChanged' });
  expect(local.stack.deadLetters()).toEqual([]);
});
