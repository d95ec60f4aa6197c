import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { type AccountRewards, rewardsOf } from '../../../lib/usecases/reading/rewards.ts';
import { accountHashOf, recordedTruth } from '../../support/recorded-truth.ts';
import { type Alter, createWorld, type World } from './world.ts';

type Name = 'chain-a' | 'chain-d';

/** What the node said of each validator and delegator, one by one (`info_get_reward`): the service reads the era's whole list. */
function recordedRewards(recording: Name) {
  const folder = new URL(`../../../infra/local/recordings/${recording}/`, import.meta.url);
  const lines = readFileSync(new URL('rewards.jsonl', folder), 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    .filter(({ result }) => result !== undefined);
  const truth = recordedTruth(recording);
  const eraEnds = truth.switchBlocks
    .slice(1)
    .map((height) => ({ height, era: lines.find((line) => line.height === height)?.result.era_id as number }));

  function sharesIn(id: string, height: number) {
    return lines
      .filter((line) => line.height === height && line.result.reward_amount !== '0')
      .filter(({ validator, delegator }) => accountHashOf(delegator ?? validator) === id)
      .map(({ validator, delegator, result }) => ({
        validator,
        as: delegator === null ? 'validator' : 'delegator',
        amount: result.reward_amount,
      }))
      .sort((a, b) => (`${a.validator} ${a.as}` < `${b.validator} ${b.as}` ? -1 : 1));
  }
  return { truth, eraEnds, sharesIn };
}

const refused = { jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'Internal error' } };
const sumOf = (shares: readonly { readonly amount: string }[]): bigint =>
  shares.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
const nonZero = ({ eras }: AccountRewards) =>
  eras.map(({ era, block, shares }) => ({ era, block, shares: shares.filter(({ amount }) => amount !== '0') }));

describe.each<[Name, number, readonly number[]]>([
  ['chain-a', 0, [1]],
  ['chain-a', 13, [40]],
  ['chain-d', 30, [1]],
  ['chain-d', 5, [31, 2]],
  ['chain-d', 62, [64]],
])('%s from block %i on, by steps of %j blocks', (recording, start, steps) => {
  const { truth, eraEnds, sharesIn } = recordedRewards(recording);

  test('every account has in every era what the node says of it, and the sum of that (rules ACTIVITY-20, ACTIVITY-21)', async () => {
    const world = await createWorld({ recording, height: start });
    const service = world.process();
    await runTick(service);
    let met = 0;
    for (let height = start, turn = 0; height < truth.lastHeight; turn += 1) {
      height = Math.min(truth.lastHeight, height + (steps[turn % steps.length] ?? 1));
      world.setHeight(height);
      expect((await runTick(service)).stoppedBy).toBe('done');
      const due = eraEnds.filter((end) => end.height > start && end.height <= height).toReversed();
      for (const { id } of truth.accounts) {
        const rewards = await rewardsOf({ account: id }, service);
        const expected = due.map((end) => ({
          era: end.era,
          block: truth.block(end.height),
          shares: sharesIn(id, end.height),
        }));
        expect([height, id, nonZero(rewards)]).toEqual([height, id, expected]);
        expect(rewards.missing).toEqual([]);
        expect(rewards.sum).toBe(expected.reduce((sum, { shares }) => sum + sumOf(shares), 0n));
        expect(rewards.followed?.height).toBe(height);
        const range = due.length === 0 ? null : { fromEra: due.at(-1)?.era, toEra: due[0]?.era };
        expect([rewards.kept, rewards.range]).toEqual([range, range]);
        met += rewards.eras.length;
      }
    }
    expect(met).toBeGreaterThan(20);
    // One reading for each era that has ended, whatever is tracked.
    const ended = eraEnds.filter((end) => end.height > start).length;
    expect(world.nodes[0]?.calls().byMethod.chain_get_era_summary).toBe(ended);
  });
});

describe('an era that no node served when it ended', () => {
  const recording = 'chain-d';
  const { truth, eraEnds, sharesIn } = recordedRewards(recording);
  const [first, second, third, fourth] = eraEnds as [End, End, End, End];
  const staker = truth.accounts.find(({ id }) => sumOf(sharesIn(id, second.height)) > 0n)?.id ?? '';

  async function following(alter: Alter, through: number): Promise<{ world: World; ask: Ask }> {
    const world = await createWorld({ recording, height: first.height - 2, nodes: [alter] });
    const service = world.process();
    await runTick(service);
    for (let height = first.height - 1; height <= through; height += 1) {
      world.setHeight(height);
      expect((await runTick(service)).stoppedBy).toBe('done');
    }
    return { world, ask: (query = {}) => rewardsOf({ account: staker, ...query }, service) };
  }
  type Ask = (query?: { readonly fromEra?: number; readonly toEra?: number }) => Promise<AccountRewards>;
  const amountOf = (...ends: readonly End[]) =>
    ends.reduce((sum, end) => sum + sumOf(sharesIn(staker, end.height)), 0n);

  test('is missing, is in no sum, and stops no cursor', async () => {
    const refusing: Alter = (method, params, forward) => {
      const isMissing = [second, third].some(
        ({ height }) => params?.block_identifier?.Hash === truth.block(height).hash,
      );
      return method === 'chain_get_era_summary' && isMissing ? refused : forward();
    };
    const { ask } = await following(refusing, fourth.height);
    const rewards = await ask();
    expect(rewards.eras.map(({ era }) => era)).toEqual([fourth.era, first.era]);
    expect(rewards.missing).toEqual([{ fromEra: second.era, toEra: third.era }]);
    expect(rewards.sum).toBe(amountOf(first, fourth));
    expect((await ask({ fromEra: second.era, toEra: second.era })).missing).toEqual([
      { fromEra: second.era, toEra: second.era },
    ]);
  });

  test('is read when someone asks for it, once, and kept for all; eras that are missing together one after another', async () => {
    let serves = false;
    const later: Alter = (method, params, forward) => {
      const isMissing = [second, third, fourth].some(
        ({ height }) => params?.block_identifier?.Hash === truth.block(height).hash,
      );
      return method === 'chain_get_era_summary' && isMissing && !serves ? refused : forward();
    };
    // The last of them ends with the cursor's block.
    const { world, ask } = await following(later, fourth.height);
    expect((await ask()).missing).toEqual([{ fromEra: second.era, toEra: fourth.era }]);
    serves = true;
    const missing = [];
    for (let turn = 0; turn < 3; turn += 1)
      missing.push((await rewardsOf({ account: staker }, world.process())).missing);
    expect(missing).toEqual([
      [{ fromEra: second.era, toEra: third.era }],
      [{ fromEra: second.era, toEra: second.era }],
      [],
    ]);
    const calls = world.nodes[0]?.calls().total;
    expect((await ask()).sum).toBe(amountOf(first, second, third, fourth));
    expect(world.nodes[0]?.calls().total).toBe(calls);
    const keptOf = await rewardsOf({ account: truth.accounts[0]?.id ?? '' }, world.process());
    expect(keptOf.missing).toEqual([]);
  });

  test('on an abandoned fork is missing until it is read on the present one', async () => {
    let serves = true;
    const refusing: Alter = (method, params, forward) => {
      const isMissing = params?.block_identifier?.Hash === truth.block(third.height).hash;
      return method === 'chain_get_era_summary' && isMissing && !serves ? refused : forward();
    };
    const { world } = await following(refusing, fourth.height);
    const cursor = truth.block(second.height);
    const rewinds = [{ fork: 1, height: second.height }];
    world.tables.progress = { ...world.tables.progress, fork: 1, rewinds, cursor, mark: null };
    serves = false;
    const service = world.process();
    expect((await runTick(service)).stoppedBy).toBe('done');
    const rewards = await rewardsOf({ account: staker }, service);
    expect(rewards.eras.map(({ era, fork }) => [era, fork])).toEqual([
      [fourth.era, 1],
      [second.era, 0],
      [first.era, 0],
    ]);
    expect(rewards.missing).toEqual([{ fromEra: third.era, toEra: third.era }]);
    expect(rewards.sum).toBe(amountOf(first, second, fourth));
  });
});

interface End {
  readonly height: number;
  readonly era: number;
}

test('what a batch has kept beyond the cursor is not answered with', async () => {
  const { truth, eraEnds } = recordedRewards('chain-d');
  const [end] = eraEnds as [End];
  const world = await createWorld({ recording: 'chain-d', height: end.height - 2 });
  const failing = world.process({
    onCall: (name) => {
      if (name === 'progress.moveCursor' && world.tables.rewards.size > 0) throw new Error('killed');
    },
  });
  await runTick(failing);
  world.setHeight(end.height + 1);
  await runTick(failing).catch(() => undefined);
  expect(world.tables.rewards.size).toBe(1);
  const account = truth.accounts[0]?.id ?? '';
  expect(await rewardsOf({ account }, world.process())).toMatchObject({ kept: null, range: null, eras: [], sum: 0n });
  await runTick(world.process());
  expect((await rewardsOf({ account }, world.process())).kept).toEqual({ fromEra: end.era, toEra: end.era });
});
