import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type DevChain, type Fault, startDevChain } from '../../../../infra/local/dev-chain/dev-chain.ts';
import { FAULTS } from '../../../../infra/local/dev-chain/fault.ts';
import { ask, exchange, post } from './exchange.ts';

const HEIGHT = 100;
const FAUCET = '0138963d296a59b0fc311023518d35ef3dee11b62f3f68efe4e90f7423b17dceea';
const FAUCET_HASH = 'account-hash-2fb3b84ac339a0db6c474f614a7a808fce04b130986922d62776aa956f59afc8';
const NODE_1 = '01052d915be2a17d532a0676815ddd8add66a599b8699fcaebc51fc6f92553d1ce';
const TRANSFER = 'cafc223003c10e5a809136966a1ab8dde6f8ca71bbd83b74b501107d549f376c';
const DEPLOY = '5554c710e84f90f317f361fba077d1ab683e846472ea39228a5cc455c4f5bd2c';
const STATUS = { jsonrpc: '2.0', id: 1, method: 'info_get_status' };

let chain: DevChain;
const status = () => ask(chain.url, 'info_get_status');

beforeAll(async () => {
  chain = await startDevChain({ height: HEIGHT });
});
beforeEach(() => {
  chain.fault(undefined);
  chain.resetCalls();
});
afterAll(() => chain.close());

describe('a node that is wrong about the chain', () => {
  test('lags: its tip is lower, and higher blocks are unknown', async () => {
    chain.fault('lagging');
    const { result } = await status();
    expect(result.last_added_block_info.height).toBe(80);
    expect(result.available_block_range).toEqual({ low: 0, high: 80 });
    expect(result.reactor_state).toBe('Validate');
    const above = { key: FAUCET_HASH, path: [], state_identifier: { BlockHeight: 81 } };
    expect((await ask(chain.url, 'query_global_state', above)).error).toMatchObject({
      code: -32001,
      data: { available_block_range: { low: 0, high: 80 } },
    });
    expect((await ask(chain.url, 'chain_get_block')).result.block_with_signatures.block.Version2.header.height).toBe(
      80,
    );
  });

  test('lags by the given number of blocks, and never below genesis', async () => {
    chain.fault('lagging', { blocksBehind: 3 });
    expect((await status()).result.last_added_block_info.height).toBe(97);
    chain.fault('lagging', { blocksBehind: 1000 });
    expect((await status()).result.last_added_block_info.height).toBe(0);
  });

  test('catches up: its status says so, and its tip is lower', async () => {
    chain.fault('catching-up', { blocksBehind: 5 });
    const { result } = await status();
    expect(result).toMatchObject({ reactor_state: 'CatchUp', round_length: null });
    expect(result.last_added_block_info.height).toBe(95);
    expect(result.block_sync.historical.block_hash).toBe(result.last_added_block_info.hash);
  });

  test('is on another network', async () => {
    chain.fault('wrong-network');
    expect((await status()).result.chainspec_name).not.toBe(chain.chainName);
    chain.fault(undefined);
    expect((await status()).result.chainspec_name).toBe(chain.chainName);
  });

  const known = [
    ['query_global_state', { key: FAUCET_HASH, path: [], state_identifier: { BlockHeight: HEIGHT } }, -32003],
    ['chain_get_era_summary', undefined, -32003],
    ['query_balance', { purse_identifier: { main_purse_under_public_key: FAUCET } }, -32026],
    ['query_balance_details', { purse_identifier: { main_purse_under_public_key: FAUCET } }, -32026],
    ['state_get_account_info', { account_identifier: FAUCET }, -32009],
    ['state_get_entity', { entity_identifier: { PublicKey: FAUCET } }, -32020],
    ['info_get_transaction', { transaction_hash: { Version1: TRANSFER } }, -32014],
    ['info_get_deploy', { deploy_hash: DEPLOY }, -32000],
    ['info_get_reward', { validator: NODE_1 }, -32022],
  ] as const;
  test.each(known)('finds nothing: %s', async (method, params, code) => {
    expect((await ask(chain.url, method, params)).error).toBeUndefined();
    chain.fault('nothing-found');
    expect((await ask(chain.url, method, params)).error?.code).toBe(code);
  });

  test('finds no dictionary item, although it has the contract and the blocks', async () => {
    const { result } = await status();
    const params = {
      state_root_hash: result.last_added_block_info.state_root_hash,
      dictionary_identifier: {
        ContractNamedKey: {
          key: 'hash-028d96df712cece9bb8b81e125d23c0e712bc00f65a718f0ef4ba9b839ee7595',
          dictionary_name: 'token_owners',
          dictionary_item_key: '0',
        },
      },
    };
    expect((await ask(chain.url, 'state_get_dictionary_item', params)).error).toBeUndefined();
    chain.fault('nothing-found');
    expect((await ask(chain.url, 'state_get_dictionary_item', params)).error?.code).toBe(-32003);
    expect((await status()).result.last_added_block_info.height).toBe(HEIGHT);
    expect((await ask(chain.url, 'chain_get_block', { block_identifier: { Height: 12 } })).error).toBeUndefined();
  });
});

describe('a node that answers badly', () => {
  test('is throttled internally: the catch-all error with the reason in its data', async () => {
    chain.fault('throttled-by-node');
    const { error } = await ask(chain.url, 'query_balance', {
      purse_identifier: { main_purse_under_public_key: FAUCET },
    });
    expect(error).toEqual({
      code: -32018,
      message: 'Node request failure',
      data: 'request for balance has failed: request was throttled by the node',
    });
  });

  test('answers another id', async () => {
    chain.fault('wrong-id');
    const answer = await status();
    expect(answer.id).not.toBe(1);
    expect(answer.result.chainspec_name).toBe(chain.chainName);
  });

  const refusals: readonly (readonly [Fault, number])[] = [
    ['throttled', 429],
    ['server-error', 500],
    ['redirect', 301],
    ['unauthorized', 401],
    ['forbidden', 403],
    ['unavailable', 503],
  ];
  test.each(refusals)('%s is HTTP %d', async (fault, code) => {
    chain.fault(fault);
    expect((await post(chain.url, STATUS)).status).toBe(code);
  });

  test('throttles for the given time', async () => {
    chain.fault('throttled', { retryAfterSeconds: 7 });
    expect((await post(chain.url, STATUS)).headers['retry-after']).toBe('7');
  });

  test('sends a web page', async () => {
    chain.fault('garbage');
    const { status: code, headers, body } = await post(chain.url, STATUS);
    expect([code, headers['content-type']]).toEqual([200, 'text/html']);
    expect(() => JSON.parse(body.toString())).toThrow(SyntaxError);
  });

  test('sends nothing', async () => {
    chain.fault('empty-body');
    const { status: code, body } = await post(chain.url, STATUS);
    expect([code, body.length]).toEqual([200, 0]);
  });

  test('breaks off in the middle of the answer', async () => {
    chain.fault('truncated');
    await expect(post(chain.url, STATUS)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('drops the connection', async () => {
    chain.fault('down');
    await expect(post(chain.url, STATUS)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('sends 50 MB, and survives a client that hangs up', async () => {
    chain.fault('huge');
    const { body } = await post(chain.url, STATUS);
    expect(body.length).toBeGreaterThan(50 * 1024 * 1024);
    const impatient = await fetch(chain.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(STATUS),
    });
    await impatient.body?.cancel();
    chain.fault(undefined);
    expect((await status()).result.chainspec_name).toBe(chain.chainName);
  });

  test('is slow, then answers correctly', async () => {
    chain.fault('slow', { delayMs: 40 });
    const started = performance.now();
    expect((await status()).result.chainspec_name).toBe(chain.chainName);
    expect(performance.now() - started).toBeGreaterThanOrEqual(39);
  });

  test('is closed while an answer is delayed: the call fails immediately', async () => {
    const other = await startDevChain();
    other.fault('slow', { delayMs: 3_600_000 });
    const waiting = post(other.url, STATUS);
    const failure = expect(waiting).rejects.toMatchObject({ code: 'ECONNRESET' });
    while (other.calls().total === 0) await exchange(other.controlUrl, { method: 'GET', headers: {} });
    await other.close();
    await failure;
  });
});

describe('a fault', () => {
  test('affects only the methods that it is limited to', async () => {
    chain.fault('unavailable', { methods: ['chain_get_block'] });
    expect((await post(chain.url, { ...STATUS, method: 'chain_get_block' })).status).toBe(503);
    expect((await post(chain.url, STATUS)).status).toBe(200);
    expect(
      (await exchange(chain.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[' }))
        .status,
    ).toBe(200);
  });

  test('that is limited to a method hides blocks from this method only', async () => {
    chain.fault('lagging', { methods: ['chain_get_block'], blocksBehind: 10 });
    expect((await ask(chain.url, 'chain_get_block', { block_identifier: { Height: 95 } })).error?.code).toBe(-32001);
    expect((await status()).result.last_added_block_info.height).toBe(HEIGHT);
  });

  test.each(FAULTS.filter((fault) => fault !== 'huge'))(
    'takes effect after the call is counted, and can be removed: %s',
    async (fault) => {
      chain.fault(fault, { delayMs: 1 });
      await post(chain.url, STATUS).catch(() => undefined);
      expect(chain.calls()).toEqual({ total: 1, byMethod: { info_get_status: 1 } });
      chain.fault(undefined);
      const { id, result } = await status();
      expect([id, result.last_added_block_info.height, result.reactor_state]).toEqual([1, HEIGHT, 'Validate']);
    },
  );
});
