import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../../../infra/local/dev-chain/dev-chain.ts';
import { exchange, post } from './exchange.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const STATUS = { jsonrpc: '2.0', id: 1, method: 'info_get_status' };
const LIMIT = 2_621_440;

let chain: DevChain;
beforeAll(async () => {
  chain = await startDevChain({ height: 50, name: 'primary' });
});
afterAll(() => chain.close());

describe('HTTP', () => {
  test.each([
    ['gzip', 'gzip'],
    ['gzip, deflate', undefined],
    ['identity', undefined],
  ])('Accept-Encoding %p is answered in %p', async (accepted, encoding) => {
    const headers = { ...JSON_TYPE, 'accept-encoding': accepted };
    const answer = await exchange(chain.url, { method: 'POST', headers, body: JSON.stringify(STATUS) });
    expect(answer.headers['content-encoding']).toBe(encoding);
    const text = encoding === 'gzip' ? gunzipSync(answer.body) : answer.body;
    expect(JSON.parse(text.toString()).result.last_added_block_info.height).toBe(50);
  });

  test('accepts a body of the maximum size and refuses one byte more', async () => {
    const padded = (size: number) => JSON.stringify(STATUS).padEnd(size, ' ');
    const codes = [LIMIT, LIMIT + 1].map(async (size) => {
      const { status } = await exchange(chain.url, { method: 'POST', headers: JSON_TYPE, body: padded(size) });
      return status;
    });
    expect(await Promise.all(codes)).toEqual([200, 413]);
  });

  test.each([
    [{ ...STATUS, jsonrpc: '1.0' }, -32600],
    [{ ...STATUS, id: true }, -32600],
    [{ ...STATUS, params: 'x' }, -32600],
    [{ ...STATUS, params: { x: 1 } }, -32602],
    [{ jsonrpc: '2.0', id: 1, method: 'query_balance' }, -32602],
    [{ jsonrpc: '2.0', id: 1, method: 'account_put_transaction', params: {} }, -32602],
  ])('%j is refused with %d', async (request, code) => {
    const { body } = await post(chain.url, request);
    expect(JSON.parse(body.toString()).error.code).toBe(code);
  });
});

describe('the control endpoint', () => {
  const send = async (command: unknown) => {
    const { status, body } = await post(chain.controlUrl, command);
    return { status, state: JSON.parse(body.toString()) };
  };

  test('returns name, height, fault and calls', async () => {
    chain.resetCalls();
    await post(chain.url, STATUS);
    const { body } = await exchange(chain.controlUrl, { method: 'GET', headers: {} });
    expect(JSON.parse(body.toString())).toEqual({
      name: 'primary',
      height: 50,
      lastHeight: 120,
      fault: null,
      calls: { total: 1, byMethod: { info_get_status: 1 } },
      holdBack: false,
      accepted: [],
    });
  });

  test('sets height and fault independently', async () => {
    expect((await send({ height: 55, fault: 'lagging', blocksBehind: 5 })).state).toMatchObject({
      height: 55,
      fault: 'lagging',
    });
    const { body } = await post(chain.url, STATUS);
    expect(JSON.parse(body.toString()).result.last_added_block_info.height).toBe(50);
    expect((await send({ height: 50 })).state).toMatchObject({ height: 50, fault: 'lagging' });
    expect((await send({ fault: null })).state).toMatchObject({ height: 50, fault: null });
  });

  test.each([[{ height: 121 }], [{ fault: 'nonsense' }], [{ heigth: 5 }]])(
    'refuses %j and changes nothing',
    async (command) => {
      const { status, state } = await send(command);
      expect([status, typeof state.message]).toEqual([400, 'string']);
      expect(chain.height()).toBe(50);
    },
  );
});
