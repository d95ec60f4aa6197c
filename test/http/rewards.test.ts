import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';

const truth = recordedTruth('chain-d');
const start = 20;
const staker = truth.accounts.find(({ id }) => {
  const rewards = truth.staking(id, truth.lastHeight)?.rewards as { amount: { motes: string } } | null;
  return rewards !== null && rewards?.amount.motes !== '0';
})?.id as string;
const path = `/v1/accounts/${staker}/staking/rewards`;

let local: Local;
beforeAll(async () => {
  local = await startLocal({ recording: 'chain-d', height: start });
  await local.post('/v1/sync', { note: 'the first tick' }, asOperator);
});
afterAll(() => local.close());

/** Through the last block of the recording, 32 blocks a batch. */
async function followed(): Promise<void> {
  local.setHeight(truth.lastHeight);
  await local.post('/v1/sync', { note: 'all eras' }, asOperator);
}

test('before an era has ended nothing is kept, and the answer says so', async () => {
  const { status, body } = await local.get(path);
  expect(status).toBe(200);
  expect(body).toMatchObject({ range: null, kept: null, items: [], missing: [], completeBlocks: null, next: null });
  expect(body.sum).toEqual({ amount: { motes: '0', cspr: '0' }, eras: 0 });
  expect(body.meta.block).toEqual(truth.block(start));
});

test('pages of eras fit together, and each has the sum of all that were asked for', async () => {
  await followed();
  const whole = (await local.get(`${path}?limit=100`)).body;
  const eras: number[] = whole.items.map(({ era }: { era: number }) => era);
  expect(eras.length).toBeGreaterThan(8);
  expect(eras).toEqual([...eras].sort((a, b) => b - a));
  expect([whole.range, whole.missing, whole.next]).toEqual([whole.kept, [], null]);
  expect(whole.completeBlocks).toEqual({ from: whole.items.at(-1).block.height, through: truth.lastHeight });
  const sum = whole.items.reduce((total: bigint, { amount }: { amount: { motes: string } }) => {
    return total + BigInt(amount.motes);
  }, 0n);
  expect(whole.sum).toMatchObject({ amount: { motes: String(sum) }, eras: eras.length });
  expect(sum).toBeGreaterThan(0n);

  const paged: number[] = [];
  let query: string | null = '?limit=3';
  while (query !== null) {
    const { body } = await local.get(path + query);
    expect([body.sum, body.range]).toEqual([whole.sum, whole.range]);
    paged.push(...body.items.map(({ era }: { era: number }) => era));
    query = body.next === null ? null : `?limit=3&cursor=${body.next}`;
  }
  expect(paged).toEqual(eras);

  const [fromEra, toEra] = [eras.at(-2), eras[1]];
  const some = (await local.get(`${path}?fromEra=${fromEra}&toEra=${toEra}`)).body;
  expect(some.items).toEqual(whole.items.slice(1, -1));
  expect(some.range).toEqual({ fromEra, toEra });
});

test('eras that are not kept are no part of the answer', async () => {
  const { kept } = (await local.get(path)).body;
  const before = (await local.get(`${path}?toEra=${kept.fromEra - 1}`)).body;
  expect(before).toMatchObject({ range: null, kept, items: [], sum: { eras: 0 } });
  const around = (await local.get(`${path}?fromEra=0&toEra=${kept.fromEra}`)).body;
  expect(around.range).toEqual({ fromEra: kept.fromEra, toEra: kept.fromEra });
  expect((await local.get(`${path}?fromEra=${kept.toEra + 1}`)).body).toMatchObject({ range: null, items: [] });
});

test('an account that the chain does not have is 404, and its zeros are not an answer (rule ACTIVITY-21)', async () => {
  const { status, body } = await local.get(`/v1/accounts/account-hash-${'0'.repeat(63)}1/staking/rewards`);
  expect([status, body.code, body.meta.block]).toEqual([404, 'not_found', truth.block(truth.lastHeight)]);
  const idle = truth.accounts.find(({ id }) => truth.staking(id, truth.lastHeight) === null && truth.account(id, 20));
  if (idle === undefined) return;
  const got = await local.get(`/v1/accounts/${idle.id}/staking/rewards`);
  expect([got.status, got.body.sum.amount.motes]).toEqual([200, '0']);
});

test('bad input is refused, fault by fault', async () => {
  const refused = async (query: string, account = staker) => {
    const { status, body } = await local.get(`/v1/accounts/${account}/staking/rewards${query}`);
    return [status, body.errors?.map((error: { path: string }) => error.path)];
  };
  expect(await refused('?fromEra=-1&toEra=x')).toEqual([400, ['fromEra', 'toEra']]);
  expect(await refused('?fromEra=9&toEra=8')).toEqual([400, ['fromEra']]);
  expect(await refused('?limit=101')).toEqual([400, ['limit']]);
  expect(await refused('?from=1')).toEqual([400, ['from']]);
  expect(await refused('', 'no-account')).toEqual([400, ['id']]);
  const { next } = (await local.get(`${path}?limit=1`)).body;
  expect(await refused(`?limit=1&fromEra=1&cursor=${next}`)).toEqual([400, ['cursor']]);
});
