import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../../../infra/local/dev-chain/dev-chain.ts';
import { ask, askText, exchange, post } from './exchange.ts';
import { devKeys, keyOf, type Signer, signedDeploy, signedTransfer } from './signed.ts';

const [ed] = devKeys as [Signer];
const NEW = keyOf(2).publicKey.toHex();

let chain: DevChain;
let other: DevChain;
beforeEach(async () => {
  [chain, other] = [await startDevChain({ height: 60 }), await startDevChain({ height: 60 })];
});
afterEach(() => Promise.all([chain.close(), other.close()]));

type Version1 = ReturnType<typeof signedTransfer>;
const put = (node: DevChain, transaction: Version1) =>
  ask(node.url, 'account_put_transaction', { transaction: { Version1: transaction } });
const infoOf = (node: DevChain, { hash }: { hash: string }) =>
  ask(node.url, 'info_get_transaction', { transaction_hash: { Version1: hash } });
const transfer = () => signedTransfer({ from: ed, to: NEW });

describe('a node that is sent a transaction', () => {
  test('accepts it and breaks the connection; the chain executes it', async () => {
    const sent = transfer();
    chain.fault('accepts-then-breaks');
    await expect(put(chain, sent)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await ask(chain.url, 'info_get_status')).error).toBeUndefined();
    chain.setHeight(61);
    expect((await infoOf(chain, sent)).result.execution_info.block_height).toBe(61);
  });

  test('accepts it and answers with a failed request', async () => {
    const sent = transfer();
    chain.fault('accepts-then-fails');
    expect((await put(chain, sent)).error).toMatchObject({ code: -32018, message: 'Node request failure' });
    expect((await infoOf(chain, sent)).result.execution_info).toBeNull();
  });

  test('accepts it at once and answers late', async () => {
    const sent = transfer();
    chain.fault('answers-late', { delayMs: 3_600_000 });
    const answer = put(chain, sent);
    const broken = expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
    while (chain.accepted().length === 0) await exchange(chain.controlUrl, { method: 'GET', headers: {} });
    expect((await infoOf(other, sent)).result.execution_info).toBeNull();
    await chain.close();
    await broken;
    chain = await startDevChain({ height: 60 });
  });

  test.each([
    [{}, { code: -32016, message: 'Invalid transaction', data: 'the transaction was invalid: insufficient balance' }],
    [
      { code: -32008, data: 'the deploy was invalid: why not' },
      { code: -32008, message: 'Invalid Deploy', data: 'the deploy was invalid: why not' },
    ],
  ])('refuses it with the given code and data: %j', async (options, error) => {
    chain.fault('refuses-submissions', options);
    expect((await put(chain, transfer())).error).toEqual(error);
    expect(chain.accepted()).toEqual([]);
  });

  test('has submissions switched off', async () => {
    chain.fault('submissions-disabled');
    expect((await put(chain, transfer())).error?.code).toBe(-32019);
    expect(chain.accepted()).toEqual([]);
  });
});

describe('an accepted transaction', () => {
  test('is known to all nodes at once, or not yet to one that does not hear', async () => {
    const sent = transfer();
    other.hear(false);
    await put(chain, sent);
    expect((await infoOf(chain, sent)).result.execution_info).toBeNull();
    expect((await infoOf(other, sent)).error?.code).toBe(-32014);
    other.hear(true);
    expect((await infoOf(other, sent)).result.execution_info).toBeNull();
  });

  test('comes into no block while it is held back, and is forgotten when its time has passed', async () => {
    const tip = (await ask(chain.url, 'info_get_status')).result.last_added_block_info.timestamp;
    const [short, long] = [3_000, 1_800_000].map((ttlMs) =>
      signedTransfer({ from: ed, to: NEW, timestamp: tip, ttlMs }),
    ) as [Version1, Version1];
    await post(chain.controlUrl, { holdBack: true });
    for (const sent of [short, long]) expect((await put(chain, sent)).error).toBeUndefined();
    chain.setHeight(61);
    expect((await infoOf(chain, short)).result.execution_info).toBeNull();
    chain.setHeight(70);
    expect((await infoOf(chain, short)).error?.code).toBe(-32014);
    expect((await put(chain, short)).error).toMatchObject({
      code: -32016,
      data: 'the transaction was invalid: transaction has expired',
    });
    await post(chain.controlUrl, { holdBack: false });
    chain.setHeight(71);
    expect((await infoOf(chain, short)).error?.code).toBe(-32014);
    expect((await infoOf(chain, long)).result.execution_info.block_height).toBe(71);
  });

  test('lets the chain grow behind its last recorded block while it is held back, until its time has passed', async () => {
    chain.setHeight(chain.lastHeight);
    const tip = (await ask(chain.url, 'info_get_status')).result.last_added_block_info.timestamp;
    const sent = signedTransfer({ from: ed, to: NEW, timestamp: tip, ttlMs: 1_000 });
    expect(String((await post(chain.controlUrl, { holdBack: true })).body)).toContain('"holdBack":true');
    await put(chain, sent);
    const next = chain.lastHeight + 1;
    chain.setHeight(next);
    expect((await infoOf(chain, sent)).result.execution_info).toBeNull();
    chain.setHeight(next + 1);
    expect((await infoOf(chain, sent)).error?.code).toBe(-32014);
    expect(() => chain.setHeight(next + 2)).toThrow(RangeError);
  });
});

describe('what a node refuses', () => {
  const refusals = [
    ['of the wrong chain', { chainName: 'casper' }, 'had an invalid chain name'],
    ['of the future', { timestamp: '2999-01-01T00:00:00.000Z' }, 'had a timestamp that has not yet occurred'],
    ['with a long time to live', { ttlMs: 86_400_000 }, 'had an excessive time to live'],
    ['of too little', { amount: '2499999999' }, 'had an insufficient transfer amount'],
    ['without approvals', { signers: [] }, 'invalid associated keys'],
    ['signed by another key', { signers: [keyOf(3)] }, 'invalid associated keys'],
    ['of an unknown account', { from: keyOf(3) }, 'no such addressable entity'],
  ] as const;
  test.each(refusals)('is a transfer %s', async (_, wish, why) => {
    const { error } = await put(chain, signedTransfer({ from: ed, to: NEW, ...wish }));
    expect(error).toMatchObject({ code: -32016, message: 'Invalid transaction', data: expect.stringContaining(why) });
    expect(chain.accepted()).toEqual([]);
  });

  test('is a transfer of an account that has less than a node asks for', async () => {
    await put(chain, signedTransfer({ from: ed, to: NEW }));
    chain.setHeight(61);
    await put(chain, signedTransfer({ from: keyOf(2), to: ed.publicKey.toHex() }));
    chain.setHeight(62);
    const { error } = await put(chain, signedTransfer({ from: keyOf(2), to: ed.publicKey.toHex() }));
    expect(error?.data).toBe('the transaction was invalid: insufficient balance');
  });

  test('is a deploy with another body, hash, signature or chain', async () => {
    const deploy = signedDeploy({ from: ed, to: NEW }) as unknown as {
      approvals: { signature: string }[];
      session: object;
    };
    const changed = [
      [
        {
          ...deploy,
          session: (signedDeploy({ from: ed, to: ed.publicKey.toHex() }) as unknown as typeof deploy).session,
        },
        'an invalid body hash',
      ],
      [{ ...deploy, hash: '11'.repeat(32) }, 'an invalid deploy hash'],
      [
        { ...deploy, approvals: [{ ...deploy.approvals[0], signature: `01${'00'.repeat(64)}` }] },
        'an invalid approval',
      ],
      [signedDeploy({ from: ed, to: NEW, chainName: 'casper' }), 'an invalid chain name'],
    ] as const;
    for (const [sent, why] of changed) {
      const { error } = await ask(chain.url, 'account_put_deploy', { deploy: sent });
      expect(error).toEqual({
        code: -32008,
        message: 'Invalid Deploy',
        data: `the deploy was invalid: The deploy had ${why}`,
      });
    }
  });

  test.each([
    { fields: null },
    { pricing_mode: { PaymentLimited: {} } },
    { fields: { args: { Named: 5 }, target: 'Native', entry_point: 'Transfer' } },
  ])('is a payload that is no transaction: %j', async (members) => {
    const sent = signedTransfer({ from: ed, to: NEW });
    const { error } = await put(chain, { ...sent, payload: { ...sent.payload, ...members } });
    expect(error?.code).toBe(-32602);
  });

  test('is not a payment above 2^53, whose digits are kept', async () => {
    const sent = signedTransfer({ from: ed, to: NEW, payment: 18_446_744_073_709_551_615n });
    const text = JSON.stringify(sent).replace('"payment_amount":0', '"payment_amount":18446744073709551615');
    const body = `{"jsonrpc":"2.0","id":1,"method":"account_put_transaction","params":{"transaction":{"Version1":${text}}}}`;
    const answer = await exchange(chain.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(JSON.parse(answer.body.toString()).result.transaction_hash).toEqual({ Version1: sent.hash });
    const found = await askText(chain.url, 'info_get_transaction', { transaction_hash: { Version1: sent.hash } });
    expect(found).toContain('"payment_amount":18446744073709551615,');
  });
});
