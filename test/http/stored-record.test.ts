import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { faultsOf } from '../contract/contract-of.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';

const villas = 'fb0cd3cdbf3fc3fd4544f410a6617bcdcd42a97ac568dc530a85bf61e5cdb101';
let local: Local;
beforeAll(async () => {
  local = await startLocal();
  await local.get('/v1/assets/villas/0');
});
afterAll(() => local?.close());

const stored = async (query: string, headers = asOperator as Readonly<Record<string, string>>) => {
  const got = await local.get(`/v1/records${query}`, headers);
  expect(faultsOf('GET /v1/records', got)).toEqual([]);
  return got;
};

test('a record names every key and the shared state that its value depends on', async () => {
  const { status, body } = await stored('?kind=asset&id=villas:0');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ref: { kind: 'asset', id: `${villas}:0` },
    block: { height: 60 },
    sequence: 1,
    conflict: null,
  });
  const record = await local.stack.store.records.get(body.ref);
  expect(body.dependsOn.keys).toEqual(record?.readSet);
  expect(body.dependsOn.keys.some((one: string) => one.startsWith('dictionary-'))).toBe(true);
  expect(body.dependsOn.shared).toContainEqual({ name: `layout:${villas}`, height: 60 });
});

test('what is not stored, not named or of no kind is refused, and so is a reader', async () => {
  expect((await stored('?kind=asset&id=villas:7')).status).toBe(404);
  expect((await stored('?kind=asset')).body.errors).toMatchObject([{ path: 'id' }]);
  expect((await stored('?kind=nothing&id=1')).body.errors).toMatchObject([{ path: 'kind' }]);
  expect((await stored('?kind=account&id=nothing')).body.code).toBe('invalid_id');
  expect((await stored('?kind=asset&id=villas:0', {})).status).toBe(401);
});
