import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import type { EndedEra, EraShares, RewardShare } from '../../../lib/domain/rewards.ts';
import type { Dynamo } from '../../../lib/store/dynamodb/client.ts';
import { createRewards } from '../../../lib/store/rewards.ts';
import { onBoth } from '../subjects.ts';

const [alice, anna, bob] = ['aa'.repeat(32), `aa${'11'.repeat(31)}`, 'bb'.repeat(32)] as [string, string, string];
const share = (amount: string, as: RewardShare['as'] = 'delegator'): RewardShare => ({ validator: '01v', as, amount });
const ended = (era: number, fork = 0): EndedEra => ({
  era,
  block: { height: 10 * era, hash: `${era}-of-${fork}`, timestamp: '2026-11-23T00:00:00.000Z' },
  fork,
});
const shares = (given: Readonly<Record<string, RewardShare[]>>): EraShares => new Map(Object.entries(given));

onBoth((create) => {
  test('gives an account in each kept era, newest first, and nothing where it received nothing (rule ACTIVITY-20)', async () => {
    const { rewards } = (await create()).store;
    await rewards.keep(ended(3), shares({ [alice]: [share('7'), share('9', 'validator')], [bob]: [share('1')] }));
    await rewards.keep(ended(4), shares({ [anna]: [share('2')] }));
    await rewards.keep(ended(6), shares({}));
    const of = async (account: string, from = 0, to = 99) =>
      (await rewards.of(account, from, to)).map(({ era, shares: own }) => [era, own.map(({ amount }) => amount)]);
    expect(await of(alice)).toEqual([
      [6, []],
      [4, []],
      [3, ['7', '9']],
    ]);
    expect(await of(anna, 3, 4)).toEqual([
      [4, ['2']],
      [3, []],
    ]);
    expect(await of(bob, 5, 5)).toEqual([]);
    expect(await of(bob, 6, 5)).toEqual([]);
    expect(await rewards.of(alice, 3, 3)).toEqual([{ ...ended(3), shares: [share('7'), share('9', 'validator')] }]);
  });

  test('names the first kept era, and the last that counts', async () => {
    const { rewards } = (await create()).store;
    const through = (height: number) => rewards.kept(({ block }) => block.height <= height);
    expect(await through(99)).toBeUndefined();
    for (const era of [3, 4, 6]) await rewards.keep(ended(era), shares({}));
    expect(await through(99)).toEqual({ first: ended(3), last: ended(6) });
    expect(await through(59)).toEqual({ first: ended(3), last: ended(4) });
    expect(await through(29)).toBeUndefined();
    expect(await rewards.eras(4, 99)).toEqual([ended(6), ended(4)]);
    expect(await rewards.eras(5, 4)).toEqual([]);
  });

  test('keeps an era as often as it is given, and none of an earlier fork over one of a later fork', async () => {
    const { rewards } = (await create()).store;
    await rewards.keep(ended(3), shares({ [alice]: [share('1')], [bob]: [share('5')] }));
    await rewards.keep(ended(3), shares({ [alice]: [share('1')], [bob]: [share('5')] }));
    await rewards.keep(ended(3, 1), shares({ [alice]: [share('2')] }));
    expect(await rewards.of(alice, 3, 3)).toEqual([{ ...ended(3, 1), shares: [share('2')] }]);
    expect(await rewards.of(bob, 3, 3)).toEqual([{ ...ended(3, 1), shares: [] }]);
    await rewards.keep(ended(3), shares({ [bob]: [share('5')] }));
    expect(await rewards.kept(() => true)).toEqual({ first: ended(3, 1), last: ended(3, 1) });
    expect(await rewards.of(bob, 3, 3)).toEqual([{ ...ended(3, 1), shares: [] }]);
    // A late runner of the earlier fork replaces nothing.
    const late = await rewards.keep(ended(3), shares({ [alice]: [share('1')] })).then(() => rewards.of(alice, 3, 3));
    expect(late).toEqual([{ ...ended(3, 1), shares: [share('2')] }]);
  });
});

test('an era is named after all its accounts are written, so that one that was begun and not finished is not there', async () => {
  const written: string[] = [];
  let left = 2;
  const dynamo = {
    send: async ({ input }: { readonly input: { readonly Item: { readonly list: string } } }) => {
      if (left === 0) throw new StoreUnavailable('killed');
      left -= 1;
      written.push(input.Item.list);
      return {};
    },
  } as unknown as Dynamo;
  const rewards = createRewards(dynamo, 'order');
  const held = shares({ [alice]: [share('1')], [bob]: [share('2')] });
  await expect(rewards.keep(ended(3), held)).rejects.toThrow('killed');
  expect(written).toEqual(['shard#aa', 'shard#bb']);
  left = 3;
  await rewards.keep(ended(3), held);
  expect(written.at(-1)).toBe('eras');
});
