import { describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { UnusableAnswer } from '../../../lib/domain/errors.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { passBlock } from '../../../lib/usecases/following/pass-block.ts';
import { readSyncReport } from '../../../lib/usecases/following/sync-report.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { reconcile } from '../reconciliation/run.ts';
import { askAll, wrongAnswers } from './follow.ts';
import { liquidOf } from './liquid.ts';
import { type Alter, changeable, createWorld, type Json, type World } from './world.ts';

const truth = recordedTruth('chain-a');
const recording = loadRecording('chain-a');
const liquid = liquidOf['chain-a'];

const hashesIn = (height: number): readonly string[] =>
  Object.values(recording.blocks[height]?.body.transactions as Json)
    .flat()
    .flatMap((entry) => Object.values(entry as object));

const isBlock = (method: string, params: Json, answer: Json, heights: readonly number[]): boolean =>
  method === 'chain_get_block' &&
  params.block_identifier?.Height !== undefined &&
  heights.includes(answer.result?.block_with_signatures.block.Version2.header.height);

/** What blocks at some heights may hold that this service cannot read; `hash` is one of their transactions. */
const odd = {
  'a transaction above the size limit': (heights) => (method, params, forward) => {
    const isMeant = method === 'info_get_transaction' && isIn(heights, params);
    if (isMeant) throw new UnusableAnswer('value_too_large', 'the answer has more than 16777216 bytes');
    return forward();
  },
  'a result of an unknown version': (heights) => (method, params, forward) => {
    if (method !== 'info_get_transaction' || !isIn(heights, params)) return forward();
    const answer = changeable(forward());
    answer.result.execution_info.execution_result = { Version3: {} };
    return answer;
  },
  'a transaction of an unknown kind': (heights) => (method, params, forward) => {
    const answer = forward();
    if (!isBlock(method, params, answer, heights)) return answer;
    const changed = changeable(answer);
    changed.result.block_with_signatures.block.Version2.body.transactions[7] = [{ Evm: '00'.repeat(32) }];
    return changed;
  },
  'an unknown block version': (heights) => (method, params, forward) => {
    const answer = forward();
    if (!isBlock(method, params, answer, heights)) return answer;
    const changed = changeable(answer);
    changed.result.block_with_signatures.block = { Version3: {} };
    return changed;
  },
} as const satisfies Record<string, (heights: readonly number[]) => Alter>;

const isIn = (heights: readonly number[], params: Json): boolean =>
  heights.some((height) => hashesIn(height).includes(String(Object.values(params.transaction_hash)[0])));

type Odd = keyof typeof odd;
const kinds = Object.keys(odd) as Odd[];

/** Blocks that write what is asked for. */
const [first, second, third] = [57, 58, 59];
/** Their own transactions cannot be asked for. */
const questions = questionsOf(truth, liquid).filter(
  ({ kind, id }) => kind !== 'transaction' || ![first, second, third].some((height) => hashesIn(height).includes(id)),
);

async function followed(what: Odd, heights: readonly number[], nodes: number): Promise<[World, Running]> {
  const alter = odd[what](heights);
  const world = await createWorld({ height: 55, liquid, nodes: Array.from({ length: nodes }, () => alter) });
  const service = world.process();
  await runTick(service);
  await askAll(questions, service);
  return [world, service];
}

/** Runs ticks until sync has come to the height, at most as many; gives how many it took. */
async function ticksTo(height: number, most: number, world: World): Promise<number> {
  for (let count = 1; count <= most; count += 1) {
    await runTick(world.process());
    if (world.tables.progress.cursor?.height === height) return count;
    world.pass(30_000);
  }
  throw new Error(`sync stands at ${world.tables.progress.cursor?.height} after ${most} ticks`);
}

async function expectTrueAnswers(world: World): Promise<void> {
  const answers = await askAll(questions, world.process());
  expect(wrongAnswers(questions, answers, truth)).toEqual([]);
}

const events = (world: World, type: string): object[] =>
  [...world.tables.outbox.values()].flatMap(({ event }) => (event.type === type ? [event.detail] : []));

describe.each(kinds)('rule FOLLOW-10: a block with %s', (what) => {
  test.each([
    { nodes: 1, ticks: 3 },
    { nodes: 3, ticks: 1 },
  ])(
    'stops sync at $nodes node(s) for less than $ticks further tick(s), and all answers stay true',
    async ({ nodes, ticks }) => {
      const [world, service] = await followed(what, [first], nodes);
      world.setHeight(60);
      expect(await ticksTo(60, ticks, world)).toBe(ticks);

      expect(world.tables.progress).toMatchObject({ followedFrom: first, cursor: truth.block(60), mark: 60 });
      expect(service.chain.report().map(({ state, breaker }) => [state, breaker])).toEqual(
        Array.from({ length: nodes }, () => ['healthy', 'closed']),
      );
      await expectTrueAnswers(world);
      world.setHeight(66);
      expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'done', to: 66, unseen: [] });
      await expectTrueAnswers(world);
    },
  );

  test('is reported to operators, and everything is reconciled', async () => {
    const [world] = await followed(what, [first], 3);
    world.setHeight(60);
    expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'done', unseen: [first] });
    const hash = what === 'an unknown block version' ? null : truth.block(first).hash;
    const reason = expect.stringContaining(`block ${first} cannot be read whole`);
    expect(events(world, 'BlockUnseen')).toEqual([{ height: first, hash, reason, passedBy: 'service' }]);
    expect(world.tables.audit.get('service#sync')?.at(-1)).toMatchObject({
      cause: 'sync',
      after: { unseen: { height: first, hash, reason } },
    });
    expect(world.counted.get('BlockUnseen')).toBe(1);
    expect(world.logged.filter((line) => line.startsWith('a block is passed unseen'))).toHaveLength(1);
    const { lastTicks, reconcileFrom } = await readSyncReport(world.process());
    expect(lastTicks[0]).toMatchObject({ unseen: [first], stuckAt: null });
    expect(reconcileFrom).toMatchObject({ height: first, reason });

    world.pass(3_600_000);
    await reconcile(world.process());
    await reconcile(world.process());
    expect(world.tables.progress.reconcileFrom).toBeNull();
    await expectTrueAnswers(world);
  });
});

test('rule FOLLOW-10: blocks before an unreadable one are followed first', async () => {
  const [world] = await followed('a transaction above the size limit', [first], 1);
  world.setHeight(60);
  const done = await runTick(world.process());
  expect(done).toMatchObject({ stoppedBy: 'chain', from: 56, to: first - 1, stuckAt: `block#${first}` });
  expect(done.reason).toContain('16777216');
});

test('rule FOLLOW-10: several unreadable blocks are passed in one tick, and only the only node’s first takes three', async () => {
  const [world] = await followed('a transaction of an unknown kind', [first, second, third], 1);
  world.setHeight(60);
  expect(await ticksTo(60, 3, world)).toBe(3);
  expect(world.tables.progress.followedFrom).toBe(third);
  await expectTrueAnswers(world);
});

test('rule FOLLOW-10: who fills every block with what cannot be read does not stop sync where one of two nodes is down', async () => {
  const isDown: Alter = () => ({ jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'internal error' } });
  const alter = odd['a transaction of an unknown kind']([first, second, third]);
  const world = await createWorld({ height: 55, liquid, nodes: [alter, isDown] });
  await runTick(world.process());
  world.setHeight(60);
  expect(await ticksTo(60, 10, world)).toBe(10);
  expect(world.tables.progress.followedFrom).toBe(third);
});

test('rule FOLLOW-10: an unreadable block below the mark of a killed runner is passed', async () => {
  const [world] = await followed('a transaction above the size limit', [first], 1);
  world.setHeight(60);
  world.tables.progress = { ...world.tables.progress, mark: 59 };
  expect(await ticksTo(60, 3, world)).toBe(3);
  expect(world.tables.progress).toMatchObject({ followedFrom: first });
  await expectTrueAnswers(world);
});

test('rule FOLLOW-10: an unreadable switch block moves the era', async () => {
  const switchBlock = truth.switchBlocks.find((height) => height > 55 && hashesIn(height).length > 0);
  const block = switchBlock ?? truth.switchBlocks.find((height) => height > 55) ?? 0;
  const [world] = await followed('a transaction of an unknown kind', [block], 3);
  world.setHeight(block);
  await runTick(world.process());
  expect(world.tables.progress).toMatchObject({ cursor: truth.block(block), followedFrom: block });
  expect(world.tables.records.get('basis#era')).toMatchObject({
    value: { value: { era: (recording.blocks[block]?.header.era_id ?? 0) + 1 } },
    changedAt: block,
  });
  await expectTrueAnswers(world);
});

test('rule FOLLOW-10: a block of which no header can be read is passed only with the next one', async () => {
  const [world] = await followed('an unknown block version', [first], 3);
  world.setHeight(first);
  const done = await runTick(world.process());
  expect(done).toMatchObject({ stoppedBy: 'chain', to: first - 1, stuckAt: `block#${first}` });
  world.setHeight(first + 1);
  expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'done', to: first + 1, unseen: [first] });
  await expectTrueAnswers(world);
});

const lacking: Alter = (method, params, forward) => {
  const isMeant = method === 'info_get_transaction' && isIn([first], params);
  return isMeant ? { jsonrpc: '2.0', id: 1, error: { code: -32014, message: 'No such transaction' } } : forward();
};

test('a block that no node gives is waited for', async () => {
  const world = await createWorld({ height: 55, liquid, nodes: [lacking] });
  await runTick(world.process());
  world.setHeight(60);
  for (let count = 1; count <= 12; count += 1) {
    await runTick(world.process());
    world.pass(30_000);
  }
  expect(world.tables.progress).toMatchObject({
    cursor: truth.block(first - 1),
    followedFrom: 55,
    reconcileFrom: null,
  });
});

describe('rule FOLLOW-10: an operator', () => {
  const wish = { height: first, actor: 'arn:alice', reviewer: 'Alice', note: 'a 20 MB transaction' };

  test.each([
    { why: 'cannot be read', alter: odd['a transaction above the size limit']([first]) },
    { why: 'no node gives whole', alter: lacking },
  ])('lets sync pass the block at which it stands at once, which $why', async ({ alter }) => {
    const world = await createWorld({ height: 55, liquid, nodes: [alter] });
    await runTick(world.process());
    await askAll(questions, world.process());
    world.setHeight(60);
    expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'chain', to: first - 1 });
    const done = await passBlock(wish, world.process());
    expect(done).toMatchObject({ stoppedBy: 'done', to: 60, unseen: [first] });
    expect(world.tables.progress).toMatchObject({ followedFrom: first, reconcileFrom: { height: first } });
    expect(world.tables.audit.get('service#sync')?.at(-1)).toMatchObject({
      cause: 'review',
      actor: 'arn:alice',
      after: { unseen: { height: first }, reviewer: 'Alice', note: wish.note },
    });
    expect(events(world, 'BlockUnseen')).toMatchObject([{ height: first, passedBy: 'arn:alice' }]);
    await expectTrueAnswers(world);
  });

  test('passes no block at which sync does not stand', async () => {
    const [world, service] = await followed('a transaction above the size limit', [first], 1);
    const refused = { code: 'conflict_state' };
    await expect(passBlock({ ...wish, height: 56 }, service)).rejects.toMatchObject(refused);
    world.setHeight(60);
    await runTick(service);
    for (const height of [first - 1, first + 1]) {
      await expect(passBlock({ ...wish, height }, service)).rejects.toMatchObject(refused);
    }
    expect(world.tables.progress.cursor?.height).toBe(first - 1);
  });
});
