import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { eventually } from '../../faults/child.ts';
import { type Local, startLocal } from '../../support/local.ts';

const operator = { authorization: 'Bearer a-key-for-tests-only' };
const { account, collections } = recordedExamples['chain-a'];

let local: Local;
beforeAll(async () => {
  local = await startLocal({ store: 'memory', nodes: 3, height: 60, syncSeconds: 1 });
});
afterAll(() => local.close());

const sourceOf = async (path: string, headers = {}) => (await local.get(path, headers)).body.meta?.source;

test('on the store in memory the whole service runs: chain, cache, sync, database', async () => {
  expect(local.stack.engine).toMatchObject({ endpoint: undefined, pid: undefined });
  const path = `/v1/accounts/${account}`;
  expect([await sourceOf(path), await sourceOf(path)]).toEqual(['chain', 'cache']);
  local.setHeight(64);
  await eventually(async () => (await local.get('/v1/sync', operator)).body.cursor?.height === 64);
  for (const node of local.nodes) node.fault('down');
  expect(await sourceOf(path, { 'cache-control': 'no-cache' })).toBe('database');
  for (const node of local.nodes) node.fault(undefined);
  expect((await local.get(`${path}/history`)).body.entries.length).toBeGreaterThan(0);
});

test('on the store in memory an event reaches the bus, once', async () => {
  await local.get(`/v1/accounts/${account}`);
  await eventually(() => local.stack.events().length > 0);
  const ids = local.stack.events().map(({ detail }) => (detail as { id?: string }).id ?? JSON.stringify(detail));
  expect(new Set(ids).size).toBe(ids.length);
  await eventually(async () => (await local.stack.store.outbox.unpublished('9999', 10)).length === 0);
});

test('on the store in memory a conflict reaches the function that resolves it', async () => {
  const path = '/v1/assets/villas/0';
  const noCache = { 'cache-control': 'no-cache, stale-if-error=0' };
  await eventually(async () => (await sourceOf(path, noCache)) === 'chain');
  const { records } = local.stack.store;
  const ref = { kind: 'asset', id: `${collections.villas?.package}:0` };
  const record = await records.get(ref);
  if (record === undefined) throw new Error('the asset was not stored');
  const { sequence, block } = record;
  const edited = { ...record, value: { ...record.value, owner: `account-hash-${'ab'.repeat(32)}` } };
  await records.save(edited, { ...block, sequence }, undefined);
  expect((await local.get(path, noCache)).body.meta.conflict).toEqual(expect.any(String));
  await eventually(async () => (await local.get('/v1/conflicts?status=resolved', operator)).body.items.length === 1);
  const { entries } = (await local.get(`${path}/history`)).body;
  expect(entries[0]).toMatchObject({ cause: 'resolution', before: { owner: `account-hash-${'ab'.repeat(32)}` } });
  expect(local.stack.deadLetters()).toEqual([]);
});
