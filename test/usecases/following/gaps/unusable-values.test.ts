import { expect, test } from '@jest/globals';
import { RpcFailure } from '../../../../lib/chain/rpc/errors.ts';
import { UnusableAnswer } from '../../../../lib/domain/errors.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { questionsOf } from '../../../recorded-truth/questions.ts';
import { recordedTruth } from '../../../support/recorded-truth.ts';
import { allOf, type Carried, carrying } from '../alter.ts';
import { ask, askAll, keyOf, wrongAnswers } from '../follow.ts';
import { type Alter, createWorld, type Json, type World } from '../world.ts';
import { cachedOnly } from './villa.ts';

const truth = recordedTruth('chain-a');
const questions = questionsOf(truth).filter(({ kind, truth: data }) => kind === 'asset' && data(50) !== null);

const undecodable = (answer: Json): Json => ({
  result: { ...answer.result, stored_value: { CLValue: { cl_type: 'Nothing known', bytes: '00' } } },
});
const tooLarge = (): never => {
  throw new UnusableAnswer('value_too_large', 'the answer has more than 4194304 bytes');
};
const silent = (): never => {
  throw new RpcFailure('error', 'error -32099', { rpcCode: -32099 });
};

/**
 * Every token is read at 50; block 51 carries a transaction that writes the keys of all of them. From then on each node
 * gives its own form of these keys.
 */
async function written(gives: readonly ((answer: Json) => Json)[], spared = 0) {
  let keys: readonly string[] = [];
  const carried: Carried = {
    height: 51,
    get keys() {
      return keys;
    },
  };
  let broken = false;
  const found = new Set<string>();
  const node =
    (give: (answer: Json) => Json): Alter =>
    (method, params, forward) => {
      const answer = forward();
      if (method !== 'query_global_state' || answer.error !== undefined) return answer;
      found.add(params.key);
      return broken && keys.slice(spared).includes(params.key) ? give(answer) : answer;
    };
  const world = await createWorld({ height: 50, nodes: gives.map((give) => allOf([carrying(carried), node(give)])) });
  const service = world.process();
  await runTick(service);
  await askAll(questions, service);
  const own = questions.map((question) => {
    const { readSet = [] } = world.tables.records.get(keyOf(question, service)) ?? {};
    return readSet.filter((key) => key.startsWith('dictionary-') && found.has(key));
  });
  keys = [...new Set(own.flatMap((read) => read[0] ?? []))].sort();
  broken = true;
  world.setHeight(51);
  const tracked = () =>
    [...world.tables.records.values()].filter(
      ({ ref, readSet, trackedUntil }) =>
        ref.kind === 'asset' &&
        readSet.some((key) => keys.includes(key)) &&
        Date.parse(trackedUntil) > service.clock.now(),
    );
  return { world, service, keys, tracked };
}

async function expectHonest(world: World): Promise<void> {
  const kept = await Promise.all(
    questions.map((question) => ask(question, world.process(), cachedOnly).catch(() => undefined)),
  );
  const answered = questions.filter((_, index) => kept[index] !== undefined);
  expect(answered.length).toBeGreaterThan(5);
  expect(
    wrongAnswers(
      answered,
      kept.filter((answer) => answer !== undefined),
      truth,
    ),
  ).toEqual([]);
}

test.each([
  { what: 'values that one node, the only one, gives twice and no reader can decode', gives: [undecodable] },
  { what: 'values that two nodes give and no reader can decode', gives: [undecodable, undecodable] },
  { what: 'values that two nodes give and that are too large', gives: [tooLarge, tooLarge] },
])('rule FOLLOW-6: $what are let go in one tick, all of them, and no node is blamed', async ({ gives }) => {
  const { world, service, keys, tracked } = await written(gives);
  const before = tracked().length;
  expect(keys.length).toBeGreaterThan(5);
  expect(before).toBeGreaterThanOrEqual(keys.length);
  expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: 51, stuckAt: null });
  expect(tracked()).toEqual([]);
  expect(world.counted.get('Untracked')).toBe(before);
  expect(service.chain.report().map(({ state, breaker }) => [state, breaker])).toEqual(
    gives.map(() => ['healthy', 'closed']),
  );
  await expectHonest(world);
});

test('rule FOLLOW-6: a value that one of two nodes can give is read there, and nothing is let go', async () => {
  const { world, service, tracked } = await written([undecodable, (answer) => answer]);
  const before = tracked().length;
  expect(await runTick(service)).toMatchObject({ reason: null, stoppedBy: 'done', to: 51 });
  expect(tracked().length).toBe(before);
  expect(world.counted.get('Untracked')).toBeUndefined();
});

test('rule FOLLOW-6: records without an answer hold up no other record, and are let go together', async () => {
  const { world, service, keys, tracked } = await written([silent], 3);
  expect(keys.length).toBeGreaterThan(5);
  const before = tracked().length;
  const first = await runTick(service);
  expect(first).toMatchObject({ stoppedBy: 'chain', to: null });
  expect(first.stuckAt).toMatch(/^asset#/);
  const at51 = () => tracked().filter(({ block }) => block.height === 51).length;
  expect(at51()).toBeGreaterThanOrEqual(3);
  expect(tracked().length).toBe(before);
  const stops = [];
  for (let count = 1; count <= 3; count += 1) {
    world.pass(30_000);
    stops.push((await runTick(world.process())).stoppedBy);
  }
  expect(stops).toEqual(['chain', 'chain', 'done']);
  expect(tracked().length).toBe(at51());
  await expectHonest(world);
});

test('rule FOLLOW-6: where nothing can be read, the fault may be the nodes’: one record is let go at a time', async () => {
  const { world, service, tracked } = await written([silent]);
  const before = tracked().length;
  for (let count = 1; count <= 4; count += 1) {
    await runTick(service);
    world.pass(30_000);
  }
  expect(world.tables.progress.cursor?.height).toBe(50);
  expect(tracked().length).toBe(before - 1);
});
