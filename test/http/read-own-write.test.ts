import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEV_ACCOUNTS } from '../../infra/local/dev-chain/dev-accounts.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { devKeys, keyOf, type Signer, signedTransfer } from '../infra/local/dev-chain/signed.ts';
import { type Instance, startInstance } from '../support/instances.ts';
import { startService, type TestService } from '../support/service.ts';

const operator = { authorization: 'Bearer a-key-for-tests-only' };
const [from] = devKeys as readonly [Signer];
const sender = DEV_ACCOUNTS[0].publicKey;
const amount = 3_000_000_000n;

let subject: TestService;
let instances: readonly [Instance, Instance];
beforeAll(async () => {
  subject = await startService();
  instances = [await startInstance(subject.service), await startInstance(subject.another())];
});
afterAll(async () => {
  await Promise.all([...instances.map((one) => one.close()), subject.close()]);
});

const balanceOf = async (instance: Instance, id: string, query = '') =>
  BigInt((await instance.get(`/v1/accounts/${id}${query}`)).body.data.balance.motes);
async function tick(): Promise<void> {
  expect((await runTick(subject.another())).stoppedBy).toBe('done');
}

/** Both instances know both accounts, from the cache; sync has followed the block before the transaction's. */
async function submitted(to: string) {
  const [one, other] = instances;
  const first = signedTransfer({ from, to, amount: String(amount) });
  expect((await one.post('/v1/transactions', first, operator)).status).toBe(202);
  subject.node.setHeight(subject.node.height() + 1);
  await tick();
  const height = subject.node.height();
  for (const instance of instances)
    for (const id of [sender, to]) await balanceOf(instance, id, `?minHeight=${height}`);
  const before = { sender: await balanceOf(one, sender), to: await balanceOf(other, to) };
  const json = signedTransfer({ from, to, amount: String(amount), id: '8' });
  expect((await one.post('/v1/transactions', json, operator)).status).toBe(202);
  subject.node.setHeight(height + 1);
  return { before, path: `/v1/transactions/${json.hash}` };
}

describe('After a transaction is processed, minHeight with its block reads what it changed', () => {
  test.each([
    ['sync is between two ticks', 40, false],
    ['sync has followed the block', 42, true],
  ] as const)('at once, at any instance, where %s', async (_when, key, isFollowed) => {
    const to = keyOf(key).publicKey.toHex();
    const { before, path } = await submitted(to);
    if (isFollowed) await tick();
    const { data } = (await instances[1].get(`${path}?wait=25`)).body;
    expect(data).toMatchObject({ status: 'processed', executedAt: { height: subject.node.height() } });
    const query = `?minHeight=${data.executedAt.height}`;
    for (const instance of instances) {
      expect(await balanceOf(instance, to, query)).toBe(before.to + amount);
      expect(await balanceOf(instance, sender, query)).toBe(before.sender - amount - BigInt(data.cost.motes));
    }
  });

  test('without a call to a node once sync has followed the block', async () => {
    const to = keyOf(44).publicKey.toHex();
    const { before } = await submitted(to);
    await tick();
    const reader = await startInstance(subject.another());
    const calls = subject.node.calls().total;
    expect(await balanceOf(reader, to, `?minHeight=${subject.node.height()}`)).toBe(before.to + amount);
    expect(await balanceOf(reader, sender)).toBeLessThan(before.sender - amount);
    expect(subject.node.calls().total).toBe(calls);
    await reader.close();
  });
});
