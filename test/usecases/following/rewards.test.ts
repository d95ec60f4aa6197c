import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Running } from '../../../lib/runtime/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { type AccountRewards, type RewardsQuery, rewardsOf } from '../../../lib/usecases/reading/rewards.ts';
import { fillMissingEras } from '../../../lib/usecases/reconciliation/fill-missing-eras.ts';
import { resolveOverdue } from '../../../lib/usecases/reconciliation/resolve-overdue.ts';
import { beginOrResume } from '../../../lib/usecases/reconciliation/runs.ts';
import { cancelReconciliation } from '../../../lib/usecases/reconciliation/start.ts';
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

/** Of an account that there is. */
async function found(query: RewardsQuery, service: Running): Promise<AccountRewards> {
  const rewards = await rewardsOf(query, service);
  if ('absent' in rewards) throw new Error(`there is no account ${query.account}`);
  return rewards;
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
        if (truth.account(id, height) === null) continue;
        const rewards = await found({ account: id }, service);
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
        const from = due.at(-1)?.height;
        expect(rewards.complete).toEqual(from === undefined ? null : { from, through: height });
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
    return { world, ask: (query = {}) => found({ account: staker, ...query }, service) };
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

  test('is read each hour until a node serves it, and kept for all; who asks for it calls no node', async () => {
    let lacks = [second, third, fourth];
    const later: Alter = (method, params, forward) => {
      const isMissing = lacks.some(({ height }) => params?.block_identifier?.Hash === truth.block(height).hash);
      return method === 'chain_get_era_summary' && isMissing ? refused : forward();
    };
    // The last of them ends with the cursor's block.
    const { world, ask } = await following(later, fourth.height);
    const calls = () => world.nodes[0]?.calls().total;
    const before = calls();
    expect(await ask()).toMatchObject({ missing: [{ fromEra: second.era, toEra: fourth.era }], complete: null });
    expect(calls()).toBe(before);
    lacks = [third];
    expect(await fillMissingEras(world.process())).toBe(2);
    const partly = await ask();
    expect(partly.missing).toEqual([{ fromEra: third.era, toEra: third.era }]);
    expect(partly.complete).toEqual({ from: fourth.height, through: fourth.height });
    expect((await ask({ toEra: second.era })).complete).toEqual({ from: first.height, through: second.height });
    lacks = [];
    expect(await fillMissingEras(world.process())).toBe(1);
    const whole = await ask();
    expect([whole.missing, whole.sum]).toEqual([[], amountOf(first, second, third, fourth)]);
    expect(whole.complete).toEqual({ from: first.height, through: fourth.height });
    const filled = calls();
    expect(await fillMissingEras(world.process())).toBe(0);
    expect(calls()).toBe(filled);
    expect((await found({ account: truth.accounts[0]?.id ?? '' }, world.process())).missing).toEqual([]);
  });

  test('is read by a run of reconciliation over everything, and by no other run', async () => {
    let serves = false;
    const later: Alter = (method, params, forward) => {
      const isMissing = params?.block_identifier?.Hash === truth.block(second.height).hash;
      return method === 'chain_get_era_summary' && isMissing && !serves ? refused : forward();
    };
    const { world, ask } = await following(later, third.height);
    serves = true;
    const publisher = { publish: async () => ({ refused: [] }) };
    const missingAfter = async (start: Pick<Parameters<typeof beginOrResume>[0], 'scope' | 'dryRun'>) => {
      const service = world.process();
      const begun = await beginOrResume({ ...start, startedBy: 'operator' }, service);
      if ('busy' in begun) throw new Error('a run is in progress');
      await resolveOverdue(begun.run.id, { ...service, publisher });
      await cancelReconciliation(begun.run.id, service);
      return (await ask()).missing;
    };
    const missing = [{ fromEra: second.era, toEra: second.era }];
    expect(await missingAfter({ scope: { of: 'kind', kind: 'asset' }, dryRun: false })).toEqual(missing);
    expect(await missingAfter({ scope: { of: 'all' }, dryRun: true })).toEqual(missing);
    expect(await missingAfter({ scope: { of: 'all' }, dryRun: false })).toEqual([]);
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
    const rewards = await found({ account: staker }, service);
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
  expect((await found({ account }, world.process())).kept).toEqual({ fromEra: end.era, toEra: end.era });
});

describe('what an era paid is kept from no node alone (rule ACTIVITY-20)', () => {
  const recording = 'chain-d';
  const { truth, eraEnds, sharesIn } = recordedRewards(recording);
  const [first, second] = eraEnds as [End, End];
  const staker = truth.accounts.find(({ id }) => sumOf(sharesIn(id, second.height)) > 0n)?.id ?? '';
  const honest = [first, second].reduce((sum, end) => sum + sumOf(sharesIn(staker, end.height)), 0n);

  /** Names other amounts than were paid. */
  const lying: Alter = (method, _, forward) => {
    const answer = structuredClone(forward());
    if (method !== 'chain_get_era_summary') return answer;
    for (const entry of answer.result.era_summary.stored_value.EraInfo.seigniorage_allocations)
      for (const share of Object.values(entry) as { amount: string }[]) share.amount = `9${share.amount}`;
    return answer;
  };

  async function followed(nodes: readonly (Alter | undefined)[]) {
    const world = await createWorld({ recording, height: first.height - 2, nodes });
    const service = world.process();
    await runTick(service);
    for (let height = first.height - 1; height <= second.height; height += 1) {
      world.setHeight(height);
      expect((await runTick(service)).stoppedBy).toBe('done');
    }
    return { world, service, rewards: () => found({ account: staker }, service) };
  }
  const summariesAsked = ({ nodes }: World) => nodes.map((node) => node.calls().byMethod.chain_get_era_summary ?? 0);

  test('two that agree are asked, each once per era', async () => {
    const { world, rewards } = await followed([undefined, undefined, undefined]);
    expect(await rewards()).toMatchObject({ missing: [], sum: honest });
    expect(summariesAsked(world).reduce((sum, calls) => sum + calls, 0)).toBe(2 * 2);
  });

  test.each([0, 1, 2])('most of three decide where node %i differs', async (wrong) => {
    const { world, rewards } = await followed([0, 1, 2].map((index) => (index === wrong ? lying : undefined)));
    expect(await rewards()).toMatchObject({ missing: [], sum: honest });
    expect(world.counted.get('NodeSuspected') ?? 0).toBeLessThanOrEqual(1);
  });

  test('nothing is kept where two differ, until they agree', async () => {
    let lies = true;
    const { service, rewards } = await followed([
      (method, params, forward) => {
        const isSecond = params?.block_identifier?.Hash === truth.block(second.height).hash;
        return lies && isSecond ? lying(method, params, forward) : forward();
      },
      undefined,
    ]);
    const missing = [{ fromEra: second.era, toEra: second.era }];
    expect((await rewards()).missing).toEqual(missing);
    expect(await fillMissingEras(service)).toBe(0);
    expect((await rewards()).missing).toEqual(missing);
    lies = false;
    // Also by a process that remembers what the node said before.
    expect(await fillMissingEras(service)).toBe(1);
    expect(await rewards()).toMatchObject({ missing: [], sum: honest });
  });

  test('one that alone can say is believed', async () => {
    const refusing: Alter = (method, _, forward) => (method === 'chain_get_era_summary' ? refused : forward());
    const { rewards } = await followed([refusing, undefined]);
    expect(await rewards()).toMatchObject({ missing: [], sum: honest });
  });
});
