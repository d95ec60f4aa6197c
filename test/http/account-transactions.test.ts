import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { recordedActivity } from '../usecases/following/recorded-activity.ts';

/** It sends a transfer in block 80. */
const sender = 'account-hash-cc5e0d04eadd9d3dfb24f24a4ba4541aeb3b85629669bcad5c003d011fb2d5be';
const path = `/v1/accounts/${sender}/transactions`;
const parts = recordedActivity('chain-a').filter(({ account, height }) => account === sender && height > 20);

let local: Local;

beforeAll(async () => {
  local = await startLocal({ height: 20 });
  await local.post('/v1/sync', { note: 'a test' }, asOperator);
});
afterAll(() => local.close());

describe('GET /v1/accounts/{id}/transactions', () => {
  test('begins with the first request, and lists what sync reads from then on, without a call to a node', async () => {
    expect(await local.get(path)).toMatchObject({
      status: 200,
      body: { items: [], completeBlocks: { from: 21, through: 20 }, next: null, meta: { block: { height: 20 } } },
    });
    local.setHeight(81);
    expect((await local.post('/v1/sync', { note: 'a test' }, asOperator)).status).toBe(200);
    local.node.resetCalls();
    const { status, body } = await local.get(`${path}?limit=100`);
    expect({ status, complete: body.completeBlocks }).toEqual({ status: 200, complete: { from: 21, through: 81 } });
    expect(local.node.calls().total).toBe(0);
    const listed = body.items.map(
      ({ role, hash, block }: { role: string; hash: string; block: { height: number } }) => [block.height, hash, role],
    );
    expect(listed.sort()).toEqual(parts.map(({ height, hash, role }) => [height, hash, role]).sort());
    expect(listed.length).toBeGreaterThan(1);
  });

  test('page by page, by role and by transfer id', async () => {
    const whole = (await local.get(`${path}?limit=100`)).body.items;
    const items: unknown[] = [];
    let next: string | null = '';
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const { body } = await local.get(`${path}?limit=1${cursor}`);
      items.push(...body.items);
      next = body.next;
    }
    expect(items).toEqual(whole);
    const out = whole.filter(({ role }: { role: string }) => role === 'transfer-out');
    expect((await local.get(`${path}?role=transfer-out`)).body.items).toEqual(out);
    expect((await local.get(`${path}?transferId=${out[0].transfer.id}&role=transfer-out`)).body.items).toEqual(
      out.filter(({ transfer }: { transfer: { id: string } }) => transfer.id === out[0].transfer.id),
    );
    expect((await local.get(`${path}?transferId=18446744073709551615`)).body.items).toEqual([]);
  });

  test.each([
    ['a role that there is not', '?role=fee', ['role']],
    ['an id that is no number', '?transferId=x', ['transferId']],
    ['an id above 2^64 - 1', '?transferId=18446744073709551616', ['transferId']],
    ['an id with a zero in front', '?transferId=007', ['transferId']],
    ['a limit that is too high', '?limit=101', ['limit']],
    ['a cursor that is none', '?cursor=abc', ['cursor']],
    ['a parameter that is not known', '?from=3', ['from']],
  ])('refuses %s', async (_, query, paths) => {
    const { status, body } = await local.get(path + query);
    expect({ status, paths: body.errors.map((fault: { path: string }) => fault.path) }).toEqual({ status: 400, paths });
  });

  test('refuses the cursor of another query', async () => {
    const { body } = await local.get(`${path}?limit=1`);
    expect(body.next).toEqual(expect.any(String));
    expect((await local.get(`${path}?role=initiated&cursor=${body.next}`)).status).toBe(400);
  });

  test('says that there is no such account', async () => {
    const { status, body } = await local.get(`/v1/accounts/${'1'.repeat(64)}/transactions`);
    expect({ status, code: body.code, block: body.meta.block.height }).toEqual({
      status: 404,
      code: 'not_found',
      block: 81,
    });
  });
});
