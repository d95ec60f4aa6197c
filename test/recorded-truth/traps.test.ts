import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask } from '../infra/local/dev-chain/exchange.ts';
import { type Got, type Local, startLocal } from '../support/local.ts';
import { itemKey, recordedTruth } from '../support/recorded-truth.ts';
import { noCache, patient } from './ask.ts';

const truth = recordedTruth('chain-a');
const user1 = 'account-hash-07057cd1dd5ecd8b77a0249f04eb91cb5694600d01155d63ba23f1c364598237';
const user2 = 'account-hash-636c9c9deb8e1ab58d2d488ff90298d200154d46c750edd038f6a8f450968418';
const user4 = 'account-hash-a081a31e447241f824755c51277b087a494809cd53c9cedde787c530efbf05b3';
const user5 = 'account-hash-cc1e2b2b5f62d13047a153c4941704cdcf862c9befeda991d798b619f6468401';
const fresh1 = 'account-hash-067a963c7373d03a988877a190c48c12cf76dd9f1134d2da91f91fc10565759d';
const villas = 'fb0cd3cdbf3fc3fd4544f410a6617bcdcd42a97ac568dc530a85bf61e5cdb101';

let local: Local;

/** The chain's answer when its newest block is `height`. The heights of this file only rise. */
async function at(height: number, path: string): Promise<Got> {
  local.setHeight(height);
  const got = await local.get(path, noCache);
  expect(got.body.meta).toMatchObject({ source: 'chain', block: truth.block(height) });
  return got;
}

const dataAt = async (height: number, path: string) => (await at(height, path)).body.data;

describe('on chain-a', () => {
  beforeAll(async () => {
    local = await startLocal({ recording: 'chain-a', height: 13, env: patient });
  });
  afterAll(() => local?.close());

  test('an account is absent until the block that creates it, with a proof at that block (rule KIND-1)', async () => {
    const { status, body } = await at(13, `/v1/accounts/${fresh1}`);
    expect([status, body.code, body.meta.block]).toEqual([404, 'not_found', truth.block(13)]);
    expect((await at(13, `/v1/accounts/${fresh1}/staking`)).status).toBe(404);
    expect((await dataAt(14, `/v1/accounts/${fresh1}`)).balance.cspr).toBe('1000');
  });

  test('a collection has no tokens before it is installed, nor before they are minted', async () => {
    for (const height of [19, 20]) expect((await at(height, '/v1/assets/villas/0')).status).toBe(404);
    expect(await dataAt(21, '/v1/assets/villas/0')).toMatchObject({ owner: user1, burnt: false });
    expect(await dataAt(21, `/v1/assets/${villas}/0`)).toMatchObject({ collection: 'villas', owner: user1 });
  });

  test('an approval is there from its own block on', async () => {
    expect((await dataAt(32, '/v1/assets/villas/1')).approved).toBeNull();
    expect((await dataAt(33, '/v1/assets/villas/1')).approved).toBe(user4);
  });

  test('a burnt token has no owner, though its dictionary keeps one', async () => {
    expect(await dataAt(34, '/v1/assets/villas/3')).toMatchObject({ owner: user2, burnt: false });
    expect(await dataAt(35, '/v1/assets/villas/3')).toMatchObject({ owner: null, approved: null, burnt: true });
    const key = itemKey(truth.seed(villas, 'token_owners', 35), '3');
    const kept = await ask(local.node.url, 'query_global_state', { key, path: [] });
    expect(kept.result.stored_value.CLValue.parsed).toBe(user2);
  });

  test('metadata changes in its own block, with its value', async () => {
    expect(await dataAt(35, '/v1/assets/villas/2')).toMatchObject({ assetValue: '99000.50' });
    expect(await dataAt(36, '/v1/assets/villas/2')).toMatchObject({
      assetValue: '101000.00',
      verified: true,
      metadata: { name: 'Flat 7', renovated: 2026 },
    });
  });

  test('a switch block evicts a validator and pays rewards into stakes, in no transaction', async () => {
    expect(await dataAt(42, `/v1/accounts/${user5}/staking`)).toMatchObject({ bid: { inactive: false } });
    expect(await dataAt(43, `/v1/accounts/${user5}/staking`)).toMatchObject({
      bid: { inactive: true },
      rewards: { era: 4 },
    });
    expect(await dataAt(43, `/v1/accounts/${user1}/staking`)).toMatchObject({
      unbondings: [{ amount: { cspr: '615.879337223' }, eraOfCreation: 4 }],
      rewards: { era: 4, amount: { cspr: '115.879337223' } },
    });
  });

  test('a switch block pays an unbonding out: the position ends, the balance rises (rule KIND-3)', async () => {
    const [staked, held] = [`/v1/accounts/${user1}/staking`, `/v1/accounts/${user1}`];
    const before = { unbondings: (await dataAt(64, staked)).unbondings, balance: (await dataAt(64, held)).balance };
    const after = { unbondings: (await dataAt(65, staked)).unbondings, balance: (await dataAt(65, held)).balance };
    expect([before.unbondings.length, after.unbondings.length]).toEqual([1, 0]);
    const paid = BigInt(after.balance.motes) - BigInt(before.balance.motes);
    expect(paid).toBeGreaterThanOrEqual(BigInt(before.unbondings[0].amount.motes));
    expect(truth.transactions.filter(({ height }) => height === 65)).toEqual([]);
  });

  test('a redelegation arrives with the new validator in a switch block', async () => {
    const { delegations, unbondings } = await dataAt(65, `/v1/accounts/${user2}/staking`);
    expect(unbondings).toEqual([]);
    expect(delegations).toHaveLength(1);
    expect(delegations[0].validator).toBe(truth.accounts.find(({ id }) => id === user5)?.publicKey);
  });
});
