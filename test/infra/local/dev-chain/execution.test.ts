import { afterEach, describe, expect, test } from '@jest/globals';
import { type DevChain, type DevChainOptions, startDevChain } from '../../../../infra/local/dev-chain/dev-chain.ts';
import { accountHashKey } from '../../../../infra/local/dev-chain/keys.ts';
import { loadRecording, type RecordingName } from '../../../../infra/local/dev-chain/recording.ts';
import { decodeBlock } from '../../../../lib/chain/rpc/decode-whole-block.ts';
import { ask } from './exchange.ts';
import { devKeys, keyOf, type Signed, type Signer, signedDelegation, signedDeploy, signedTransfer } from './signed.ts';

const [ed, secp] = devKeys as [Signer, Signer];
const NEW = keyOf(2).publicKey.toHex();
const NODE_1 = '01052d915be2a17d532a0676815ddd8add66a599b8699fcaebc51fc6f92553d1ce';

const open: DevChain[] = [];
afterEach(() => Promise.all(open.splice(0).map((chain) => chain.close())));

async function start(options: DevChainOptions = {}): Promise<DevChain> {
  const chain = await startDevChain(options);
  open.push(chain);
  return chain;
}

const put = (chain: DevChain, transaction: Signed) =>
  ask(chain.url, 'account_put_transaction', { transaction: { Version1: transaction } });
const infoOf = async (chain: DevChain, { hash }: { hash: string }, kind = 'Version1') =>
  ask(chain.url, 'info_get_transaction', { transaction_hash: { [kind]: hash } });
const balance = async (chain: DevChain, publicKey: string, height = chain.height()) =>
  (
    await ask(chain.url, 'query_balance', {
      purse_identifier: { main_purse_under_public_key: publicKey },
      state_identifier: { BlockHeight: height },
    })
  ).result?.balance;
const blockAt = async (chain: DevChain, height: number) =>
  (await ask(chain.url, 'chain_get_block', { block_identifier: { Height: height } })).result;
const resultOf = async (chain: DevChain, signed: { hash: string }, kind?: string) =>
  (await infoOf(chain, signed, kind)).result.execution_info.execution_result.Version2;

describe('a new native transfer', () => {
  test.each([
    ['ed25519', ed],
    ['secp256k1', secp],
  ])('of a developer with a key of %s is pending, then in the next block, and moves both balances', async (_, from) => {
    const chain = await start({ height: 60 });
    const sender = from.publicKey.toHex();
    expect(await balance(chain, sender)).toBe('1000000000000000');
    const transfer = signedTransfer({ from, to: NEW, amount: '5000000000', id: '18446744073709551615' });
    expect((await put(chain, transfer)).result.transaction_hash).toEqual({ Version1: transfer.hash });
    expect((await infoOf(chain, transfer)).result).toEqual({
      api_version: '2.0.0',
      transaction: { Version1: transfer },
      execution_info: null,
    });
    chain.setHeight(61);
    expect([await balance(chain, sender), await balance(chain, NEW)]).toEqual(['999994900000000', '5000000000']);
    expect([await balance(chain, sender, 60), await balance(chain, NEW, 60)]).toEqual(['1000000000000000', undefined]);
    const block = await blockAt(chain, 61);
    const { hash } = block.block_with_signatures.block.Version2;
    const { execution_info } = (await infoOf(chain, transfer)).result;
    expect(execution_info).toMatchObject({
      block_hash: hash,
      block_height: 61,
      execution_result: { Version2: { error_message: null, cost: '100000000', consumed: '100000000', refund: '0' } },
    });
    const { result } = await ask(chain.url, 'chain_get_block_transfers', { block_identifier: { Hash: hash } });
    expect(result.transfers.map((each: { Version2: object }) => each.Version2)).toEqual([
      expect.objectContaining({
        transaction_hash: { Version1: transfer.hash },
        to: accountHashKey(NEW),
        amount: '5000000000',
      }),
    ]);
  });

  test('has every key that changes in its effects, with the value that state has', async () => {
    const chain = await start({ height: 60 });
    const transfer = signedTransfer({ from: ed, to: NEW });
    await put(chain, transfer);
    chain.setHeight(61);
    const { effects } = await resultOf(chain, transfer);
    const at = async (key: string, height: number) =>
      (await ask(chain.url, 'query_global_state', { key, path: [], state_identifier: { BlockHeight: height } })).result
        ?.stored_value;
    const changed = [];
    for (const key of new Set<string>(effects.map((effect: { key: string }) => effect.key))) {
      const values = [await at(key, 60), await at(key, 61)];
      if (JSON.stringify(values[0]) !== JSON.stringify(values[1])) changed.push(key.replace(/-.*/, ''));
    }
    // The sender, the new account with its purse, and the proposer, who gets the fee.
    expect(changed.toSorted()).toEqual(['account', 'balance', 'balance', 'balance', 'uref']);
  });

  test('to a recorded account raises its balance in all later blocks, and what recorded effects write', async () => {
    const chain = await start({ height: 32 });
    const user2 = '0162c0609b2cd188e4843fc316c1d0657056ab60cdcad2e5b8d3fdb8d6c3294f05';
    const recorded = new Map<number, string>();
    for (const height of [33, 56, 57, 120]) {
      chain.setHeight(height);
      recorded.set(height, await balance(chain, user2));
    }
    chain.setHeight(32);
    await put(chain, signedTransfer({ from: ed, to: user2, amount: '3000000000' }));
    for (const [height, was] of recorded) {
      chain.setHeight(height);
      expect([height, await balance(chain, user2)]).toEqual([height, String(BigInt(was) + 3_000_000_000n)]);
    }
    const purse = (await ask(chain.url, 'state_get_account_info', { account_identifier: user2 })).result.account
      .main_purse;
    const key = `balance-${purse.slice(5, 69)}`;
    const written = (effects: readonly { key: string; kind: unknown }[]): bigint[] =>
      effects.flatMap((effect) => {
        const value = (effect.kind as { Write?: { CLValue: { parsed: string } } }).Write;
        return effect.key === key && value !== undefined ? [BigInt(value.CLValue.parsed)] : [];
      });
    let writes = 0;
    for (const { transaction, execution_info } of loadRecording('chain-a').transactions.values()) {
      if (execution_info.block_height <= 33) continue;
      const [[kind = '', { hash }] = ['', { hash: '' }]] = Object.entries(transaction);
      const before = written(execution_info.execution_result.Version2?.effects ?? []);
      const now = written((await resultOf(chain, { hash }, kind)).effects);
      expect(now).toEqual(before.map((amount) => amount + 3_000_000_000n));
      writes += now.length;
    }
    expect(writes).toBeGreaterThan(0);
  });

  test('of an account that a transfer made is executed too', async () => {
    const chain = await start({ height: 60 });
    await put(chain, signedTransfer({ from: ed, to: NEW, amount: '9000000000' }));
    chain.setHeight(61);
    const onward = signedTransfer({ from: keyOf(2), to: secp.publicKey.toHex() });
    expect((await put(chain, onward)).error).toBeUndefined();
    chain.setHeight(62);
    expect([await balance(chain, NEW), await balance(chain, secp.publicKey.toHex())]).toEqual([
      '6400000000',
      '1000002500000000',
    ]);
  });

  test('as a Deploy, with its hash in the answer and in the block', async () => {
    const chain = await start({ height: 60 });
    const deploy = signedDeploy({ from: ed, to: NEW });
    const { result } = await ask(chain.url, 'account_put_deploy', { deploy });
    expect(result).toEqual({ api_version: '2.0.0', deploy_hash: deploy.hash });
    chain.setHeight(61);
    expect(await resultOf(chain, deploy, 'Deploy')).toMatchObject({ error_message: null, cost: '100000000' });
    expect(await balance(chain, NEW)).toBe('2500000000');
  });

  test('of more than there is fails, and costs its fee', async () => {
    const chain = await start({ height: 60 });
    const transfer = signedTransfer({ from: ed, to: NEW, amount: '1000000000000000' });
    await put(chain, transfer);
    chain.setHeight(61);
    expect(await resultOf(chain, transfer)).toMatchObject({ error_message: 'Insufficient funds', transfers: [] });
    expect([await balance(chain, ed.publicKey.toHex()), await balance(chain, NEW)]).toEqual([
      '999999900000000',
      undefined,
    ]);
  });

  test('is executed once, however often and to however many nodes it is sent', async () => {
    const [one, two] = [await start({ height: 60 }), await start({ height: 60 })];
    const transfer = signedTransfer({ from: ed, to: NEW });
    for (const chain of [one, two, one]) expect((await put(chain, transfer)).error).toBeUndefined();
    one.setHeight(61);
    two.setHeight(62);
    expect((await put(two, transfer)).error).toBeUndefined();
    one.setHeight(64);
    expect(await balance(one, NEW)).toBe('2500000000');
    expect([one.accepted(), two.accepted()]).toEqual([[transfer.hash], [transfer.hash]]);
    expect(await blockAt(two, 61)).toEqual(await blockAt(one, 61));
  });
});

test('what is neither recorded nor a transfer fails, says so, and costs its fee', async () => {
  const chain = await start({ height: 60 });
  const delegation = signedDelegation({ from: ed, to: NODE_1 });
  await put(chain, delegation);
  chain.setHeight(61);
  expect(await resultOf(chain, delegation)).toMatchObject({
    error_message: expect.stringContaining('no auction call that is not recorded'),
    cost: '2500000000',
  });
  expect(await balance(chain, ed.publicKey.toHex())).toBe('999997500000000');
});

describe.each<RecordingName>(['chain-a', 'chain-d', 'chain-e'])('%s with a new transaction', (recording) => {
  test('is one chain: parents, bodies, roots, eras and recorded transactions agree, and blocks before are as recorded', async () => {
    const chain = await start({ recording, height: 50 });
    const { chainName } = chain;
    const transfer = signedTransfer({ from: ed, to: NEW, chainName });
    expect((await put(chain, transfer)).error).toBeUndefined();
    chain.setHeight(51);
    await put(chain, signedTransfer({ from: secp, to: NEW, chainName }));
    chain.setHeight(chain.lastHeight);
    const recorded = loadRecording(recording);
    let parent = '';
    let lastSwitch: string | null = null;
    for (let height = 0; height <= chain.lastHeight; height += 1) {
      const answer = await blockAt(chain, height);
      const block = decodeBlock(answer);
      const { header } = answer.block_with_signatures.block.Version2;
      const { hash } = block.pinned;
      expect([height, block.isWhole, block.lastSwitchBlockHash]).toEqual([height, true, lastSwitch]);
      if (height > 0) expect(block.parentHash).toBe(parent);
      expect(hash === recorded.blocks[height]?.hash).toBe(height < 51);
      expect((await ask(chain.url, 'chain_get_block', { block_identifier: { Hash: hash } })).result).toEqual(answer);
      const byRoot = { state_root_hash: header.state_root_hash, purse_uref: `uref-${'0'.repeat(64)}-007` };
      expect((await ask(chain.url, 'state_get_balance', byRoot)).error?.code).toBe(-32026);
      for (const { type, hash: id } of block.transactions)
        expect((await infoOf(chain, { hash: id }, type)).result.execution_info).toMatchObject({
          block_hash: hash,
          block_height: height,
        });
      if (block.nextEraValidators !== null) {
        if (height > 0) {
          const params = { validator: block.nextEraValidators[0], era_identifier: { Block: { Hash: hash } } };
          expect((await ask(chain.url, 'info_get_reward', params)).result?.switch_block_hash ?? hash).toBe(hash);
        }
        lastSwitch = hash;
      }
      parent = hash;
    }
    const gone = recorded.blocks[51]?.hash;
    expect((await ask(chain.url, 'chain_get_block', { block_identifier: { Hash: gone } })).error?.code).toBe(-32001);
  });
});

test('at the end of the recording the chain grows on while a transaction waits, and no further', async () => {
  const chain = await start({ height: 120 });
  const transfer = signedTransfer({ from: ed, to: NEW });
  expect(() => chain.setHeight(121)).toThrow(RangeError);
  await put(chain, transfer);
  chain.setHeight(121);
  expect(await balance(chain, NEW)).toBe('2500000000');
  const [last, added] = [await blockAt(chain, 120), await blockAt(chain, 121)];
  expect(decodeBlock(added)).toMatchObject({
    isWhole: true,
    parentHash: decodeBlock(last).pinned.hash,
    lastSwitchBlockHash: decodeBlock(last).pinned.hash,
    nextEraValidators: null,
    transactions: [{ type: 'Version1', hash: transfer.hash }],
  });
  expect(() => chain.setHeight(122)).toThrow(RangeError);
});

test('a chain whose nodes have all ended begins again as recorded', async () => {
  const first = await startDevChain({ height: 60 });
  await put(first, signedTransfer({ from: ed, to: NEW }));
  first.setHeight(61);
  await first.close();
  const second = await start({ height: 61 });
  expect([await balance(second, NEW), second.accepted()]).toEqual([undefined, []]);
});
