import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEV_ACCOUNTS } from '../../infra/local/dev-chain/dev-accounts.ts';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { faultsOf } from '../contract/contract-of.ts';
import { devKeys, keyOf, type Signer, signedDeploy, signedTransfer } from '../infra/local/dev-chain/signed.ts';
import { asOperator, type Got, type Local, startLocal } from '../support/local.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal({ nodes: 2 });
  await local.post('/v1/sync', {}, asOperator);
});
afterAll(() => local.close());

const [first, second] = devKeys as readonly [Signer, Signer];
/** The answer, after a check against the contract. */
async function submitted(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
  const answer = await local.post('/v1/transactions', body, { ...asOperator, ...headers });
  expect([answer.status, faultsOf('POST /v1/transactions', answer)]).toEqual([answer.status, []]);
  return answer;
}
const puts = (): number =>
  local.nodes.reduce((sum, node) => sum + (node.calls().byMethod.account_put_transaction ?? 0), 0);
/** The next block, and what sync makes of it. */
async function nextBlock(): Promise<void> {
  local.setHeight(local.node.height() + 1);
  expect((await local.post('/v1/sync', {}, asOperator)).status).toBe(200);
}
const balanceOf = async (id: string, minHeight: number): Promise<bigint> =>
  BigInt((await local.get(`/v1/accounts/${id}?minHeight=${minHeight}`)).body.data.balance.motes);

describe('a signed transaction', () => {
  test.each([
    ['transaction by an ed25519 key', () => signedTransfer({ from: first, to: keyOf(4).publicKey.toHex() })],
    ['transaction by a secp256k1 key', () => signedTransfer({ from: second, to: keyOf(6).publicKey.toHex() })],
    ['deploy of 1.x', () => signedDeploy({ from: first, to: keyOf(8).publicKey.toHex() })],
  ])('of a developer account is seen through to the end: %s', async (_what, sign) => {
    const json = sign();
    const at = local.node.height();
    const accepted = await submitted(json);
    expect([accepted.status, accepted.body]).toEqual([
      202,
      expect.objectContaining({ hash: json.hash, state: 'accepted' }),
    ]);
    const location = accepted.headers.get('location') ?? '';
    expect([location, accepted.headers.get('retry-after')]).toEqual([`/v1/transactions/${json.hash}`, '8']);
    expect((await local.get(location)).body.data).toMatchObject({ status: 'pending', executedAt: null });

    await nextBlock();
    const done = await local.get(`${location}?minHeight=${at + 1}`);
    expect(done.body.data).toMatchObject({ status: 'processed', executedAt: { height: at + 1 }, errorMessage: null });
    const again = await submitted(json);
    expect([again.status, again.body]).toEqual([
      202,
      expect.objectContaining({ state: 'ended', outcome: 'processed', executedAt: done.body.data.executedAt }),
    ]);
  });

  test('changes balances that are fresh as soon as it is processed', async () => {
    const to = keyOf(10).publicKey.toHex();
    const sender = DEV_ACCOUNTS[0].publicKey;
    const json = signedTransfer({ from: first, to, amount: '3000000000' });
    const before = await balanceOf(sender, local.node.height());
    expect((await submitted(json)).status).toBe(202);
    await nextBlock();
    // A process may still serve what it read before the block, and says so (`verifiedThrough`): the client names the block.
    const own = `/v1/transactions/${json.hash}?minHeight=${local.node.height()}`;
    const { executedAt } = (await local.get(own)).body.data;
    expect(await balanceOf(to, executedAt.height)).toBe(3_000_000_000n);
    expect(await balanceOf(sender, executedAt.height)).toBeLessThan(before - 3_000_000_000n);
  });

  test('that waits for a block is read again with all that is tracked for its account', async () => {
    const json = signedTransfer({ from: second, to: keyOf(36).publicKey.toHex() });
    expect((await submitted(json)).status).toBe(202);
    const got = await local.post(`/v1/accounts/${DEV_ACCOUNTS[1].publicKey}/refresh`, {}, asOperator);
    const outcomes = got.body.results.map((one: { ref: { kind: string; id: string }; outcome: string }) => [
      one.ref,
      one.outcome,
    ]);
    expect(outcomes).toContainEqual([{ kind: 'transaction', id: json.hash }, 'unchanged']);
  });

  test('is recorded as pending by who submitted it, once: a repeated request asks no node (rule SUBMIT-4)', async () => {
    const json = signedTransfer({ from: first, to: keyOf(38).publicKey.toHex() });
    const accepted = await submitted(json);
    const { entries } = (await local.get(`/v1/transactions/${json.hash}/history`)).body;
    expect(entries).toEqual([expect.objectContaining({ cause: 'submission', actor: 'local:operator-key' })]);
    const calls = local.nodes.map((node) => node.calls().total);
    expect((await submitted(json)).body).toEqual(accepted.body);
    expect(local.nodes.map((node) => node.calls().total)).toEqual(calls);
  });

  test('of the recording is accepted, and processed in its recorded block', async () => {
    const height = local.node.height();
    const { transaction, execution_info } =
      [...loadRecording('chain-a').transactions.values()].find(
        ({ execution_info: at }) => at.block_height > height + 1,
      ) ?? {};
    const answer = await submitted({ transaction });
    expect(answer.body).toMatchObject({ state: 'accepted' });
    local.setHeight(execution_info?.block_height ?? 0);
    await nextBlock();
    const { data } = (await local.get(`/v1/transactions/${answer.body.hash}`)).body;
    expect(data.executedAt.height).toBe(execution_info?.block_height);
  });

  test('that is submitted many times at once is sent once, and every answer is the same', async () => {
    const json = signedTransfer({ from: first, to: keyOf(12).publicKey.toHex() });
    const before = puts();
    const headers = [{}, { 'idempotency-key': 'a' }, {}, { 'idempotency-key': 'b' }, { 'idempotency-key': 'a' }];
    const answers = await Promise.all(headers.map((each) => submitted(json, each)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(puts() - before).toBe(1);
    expect((await submitted(json)).body).toEqual(answers[0]?.body);
    expect(puts() - before).toBe(1);
  });

  test('whose answer was lost is found at the chain, and sent once', async () => {
    const json = signedTransfer({ from: first, to: keyOf(14).publicKey.toHex() });
    const before = puts();
    for (const node of local.nodes) node.fault('accepts-then-breaks', { methods: ['account_put_transaction'] });
    const answers = await Promise.all(Array.from({ length: 5 }, () => submitted(json)));
    for (const node of local.nodes) node.fault(undefined);
    expect(answers.map(({ status, body }) => [status, body.state])).toEqual(Array(5).fill([202, 'accepted']));
    expect(puts() - before).toBe(1);
    expect(local.node.accepted().filter((hash) => hash === json.hash)).toHaveLength(1);
  });
});

describe('a submitted transaction that no node shows', () => {
  const fromChain = { 'cache-control': 'no-cache' };

  test('is pending, from the database, and never unknown (rule SUBMIT-5)', async () => {
    const notProved = { level: 'none', reason: 'not_asked', unproved: ['transaction'] };
    const [sender, other] = local.nodes;
    const json = signedTransfer({ from: second, to: keyOf(32).publicKey.toHex() });
    other?.hear(false);
    sender?.holdBack(true);
    expect((await submitted(json)).body.state).toBe('accepted');
    sender?.fault('down');
    const got = await local.get(`/v1/transactions/${json.hash}`, fromChain);
    // Who waits sees the same, for as long as nothing changes.
    const waited = await local.get(`/v1/transactions/${json.hash}?wait=3`, fromChain);
    sender?.fault(undefined);
    other?.hear(true);
    sender?.holdBack(false);
    expect([waited.status, waited.body.data?.status]).toEqual([200, 'pending']);
    expect([got.status, got.body.data, got.body.meta]).toEqual([
      200,
      expect.objectContaining({ hash: json.hash, status: 'pending', type: 'Version1' }),
      expect.objectContaining({ source: 'database', stale: true, proof: notProved }),
    ]);
  });

  test('is expired once a block is beyond its time to live, also where nodes have forgotten it (rule SUBMIT-5)', async () => {
    const { timestamp } = (await local.get('/v1/sync', asOperator)).body.tip;
    const json = signedTransfer({ from: second, to: keyOf(34).publicKey.toHex(), timestamp, ttlMs: 3_000 });
    local.node.holdBack(true);
    expect((await submitted(json)).body.state).toBe('accepted');
    local.setHeight(local.node.height() + 5);
    expect((await local.post('/v1/sync', {}, asOperator)).status).toBe(200);
    const got = await local.get(`/v1/transactions/${json.hash}`, fromChain);
    local.node.holdBack(false);
    expect([got.status, got.body.data?.status]).toEqual([200, 'expired']);
  });
});

describe('what is refused', () => {
  test('by the check is neither sent nor stored, and every reason is named', async () => {
    const json = signedTransfer({ from: first, to: keyOf(16).publicKey.toHex() });
    const before = puts();
    const wrong = { ...json, approvals: [] };
    const answer = await submitted(wrong);
    expect([answer.status, answer.body]).toEqual([
      400,
      expect.objectContaining({
        code: 'invalid_transaction',
        errors: [expect.objectContaining({ path: 'approvals' })],
      }),
    ]);
    const foreign = await submitted(
      signedTransfer({ from: first, to: keyOf(16).publicKey.toHex(), chainName: 'casper' }),
    );
    expect(foreign.body).toMatchObject({ code: 'invalid_transaction', errors: [{ path: 'payload.chain_name' }] });
    expect((await submitted(`{"a":"${'x'.repeat(2_700_000)}"}`)).status).toBe(413);
    expect((await submitted('{"Version1":')).status).toBe(400);
    expect(puts()).toBe(before);
    expect((await local.get(`/v1/transactions/${json.hash}`)).status).toBe(404);
  });

  test('by a node is 422 with its own words and code', async () => {
    const answer = await submitted(signedTransfer({ from: keyOf(20), to: keyOf(16).publicKey.toHex() }));
    expect([answer.status, answer.body]).toEqual([
      422,
      expect.objectContaining({
        code: 'rejected_by_chain',
        retryable: false,
        nodeCode: -32016,
        reason: expect.stringContaining('no such addressable entity'),
      }),
    ]);
  });

  test('for a clock that is ahead, with the seconds after which it may pass', async () => {
    const timestamp = new Date(Date.now() + 60_000).toISOString();
    const answer = await submitted(signedTransfer({ from: first, to: keyOf(16).publicKey.toHex(), timestamp }));
    expect([answer.status, answer.body.code, answer.body.retryable]).toEqual([400, 'invalid_transaction', true]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('for another transaction under the same idempotency key', async () => {
    const key = { 'idempotency-key': 'order-1' };
    expect((await submitted(signedTransfer({ from: first, to: keyOf(22).publicKey.toHex() }), key)).status).toBe(202);
    const other = await submitted(signedTransfer({ from: first, to: keyOf(24).publicKey.toHex() }), key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    const unprintable = await submitted(signedTransfer({ from: first, to: keyOf(24).publicKey.toHex() }), {
      'idempotency-key': 'a b',
    });
    expect(unprintable.status).toBe(400);
  });

  test('without a credential that may write', async () => {
    const json = signedTransfer({ from: first, to: keyOf(26).publicKey.toHex() });
    const answer = await local.post('/v1/transactions', json);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')]);
  });

  test('while no node can be reached: later the same request sends it', async () => {
    const json = signedTransfer({ from: first, to: keyOf(28).publicKey.toHex() });
    for (const node of local.nodes) node.fault('unauthorized');
    const answer = await submitted(json);
    for (const node of local.nodes) node.fault(undefined);
    expect([answer.status, answer.body.retryable]).toEqual([503, true]);
  });
});
