import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { type Progress, withRewind } from '../../../lib/domain/progress.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { accountActivity } from '../../../lib/usecases/reading/account-activity.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { accountRef, expectTrue, listOf } from '../following/activity-lists.ts';
import { recordedActivity } from '../following/recorded-activity.ts';
import { type Alter, createWorld } from '../following/world.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const recorded = recordedActivity('chain-a');
const truth = recordedTruth('chain-a');
const [account = ''] = recorded.flatMap((part) => (truth.account(part.account, 20) === null ? [] : [part.account]));
const ref = accountRef(account);
const day = 86_400_000;

async function worldAt(height: number, nodes: readonly (Alter | undefined)[] = [undefined]) {
  const world = await createWorld({ height, nodes });
  const service = world.process();
  await runTick(service);
  return { world, service };
}

describe('rule ACTIVITY-4: the list of an account', () => {
  test('begins where it is asked for first: no block is claimed yet', async () => {
    const { service } = await worldAt(20);
    expect(await accountActivity(ref, { limit: 5 }, service)).toMatchObject({
      items: [],
      last: undefined,
      complete: { from: 21, through: 20 },
      followed: { height: 20 },
    });
  });

  test('costs no call while the account is tracked', async () => {
    const { service } = await worldAt(20);
    await listOf(account, service);
    const calls = service.chain.calls();
    for (let again = 0; again < 3; again += 1) await listOf(account, service);
    expect(service.chain.calls()).toBe(calls);
  });

  test('leaves out what is above the cursor: a batch that is in work is there in part', async () => {
    const { world, service } = await worldAt(20);
    await listOf(account, service);
    world.setHeight(60);
    await runTick(service);
    const whole = await listOf(account, service);
    const cursor = { ...truth.block(40), timestamp: new Date(0).toISOString() };
    world.tables.progress = { ...world.tables.progress, cursor };
    const other = world.process();
    const list = await listOf(account, other);
    expect(list.complete).toEqual({ from: 21, through: 40 });
    expect(list.items).toEqual(whole.items.filter(({ block }) => block.height <= 40));
    expect(list.items.length).toBeLessThan(whole.items.length);
  });

  test('claims no block whose rows are left out because more than 50 rewinds are kept as fewer', async () => {
    const { world, service } = await worldAt(20);
    await listOf(account, service);
    world.setHeight(44);
    await runTick(service);
    const whole = await listOf(account, service);
    const { progress } = world.tables;
    const of = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ fork: at + 1, height: 30 + at })).reduce(
        (kept: Progress['rewinds'], next) => withRewind(kept, next),
        [],
      );
    // The rows are of fork 9, which was given up above 39: they are true through there. The record was read since.
    world.tables.progress = { ...progress, fork: 60, rewinds: of(60), cursor: truth.block(39) };
    for (const [key, rows] of world.tables.activity) world.tables.activity.set(key, { ...rows, fork: 9 });
    for (const [key, record] of world.tables.records) world.tables.records.set(key, { ...record, fork: 60 });
    const list = await listOf(account, world.process());
    expect(list.complete).toEqual({ from: 41, through: 39 });
    expect(list.items.length).toBeLessThan(whole.items.length);
    world.tables.progress = { ...progress, fork: 50, rewinds: of(50), cursor: truth.block(39) };
    expect((await listOf(account, world.process())).complete).toEqual({ from: 21, through: 39 });
  });

  test('of an account that is not on the chain is an absence', async () => {
    const { service } = await worldAt(20);
    const absent = await accountActivity(accountRef(`account-hash-${'0'.repeat(63)}1`), { limit: 5 }, service);
    expect(absent).toMatchObject({ absent: { data: null } });
  });

  // Rule ACTIVITY-1.
  test('is claimed anew once the account was not read for so long that it was not tracked', async () => {
    const { world, service } = await worldAt(20);
    await listOf(account, service);
    world.setHeight(45);
    await runTick(service);
    world.pass(31 * day);
    await runTick(service);
    const list = await listOf(account, service);
    expect(list.complete).toEqual({ from: 46, through: 45 });
    // What sync has listed before is still shown.
    expectTrue(account, list, recorded);
    expect(list.items.length).toBeGreaterThan(0);
    world.setHeight(60);
    await runTick(service);
    const later = await listOf(account, service);
    expect(later.complete).toEqual({ from: 46, through: 60 });
    expectTrue(account, later, recorded);
  });

  test('keeps the account tracked: one that is asked for is claimed from the first block on', async () => {
    const { world, service } = await worldAt(20);
    await listOf(account, service);
    for (const height of [30, 40, 50]) {
      world.setHeight(height);
      await runTick(service);
      world.pass(25 * day);
      expect((await listOf(account, service)).complete?.from).toBe(21);
    }
    expectTrue(account, await listOf(account, service), recorded);
  });

  test('of a record of an earlier version begins with the next save', async () => {
    const { world, service } = await worldAt(20);
    await listOf(account, service);
    const key = `account#${account}`;
    const { trackedSince: _, ...record } = world.tables.records.get(key) ?? {};
    world.tables.records.set(key, record as never);
    world.setHeight(22);
    await runTick(service);
    expect((await listOf(account, world.process())).complete?.from).toBeGreaterThanOrEqual(21);
  });

  test('of an account whose record cannot be read any more says that nothing is claimed', async () => {
    let isDown = false;
    const alter: Alter = (_method, _params, forward) => {
      if (isDown) throw new Error('the node is down');
      return forward();
    };
    const { world, service } = await worldAt(20, [alter]);
    await listOf(account, service);
    world.pass(31 * day);
    isDown = true;
    await expect(accountActivity(ref, { limit: 5 }, world.process())).rejects.toThrow();
  });
});
