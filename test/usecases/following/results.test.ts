import { describe, expect, test } from '@jest/globals';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { withoutResults, withResultsElsewhere } from './alter.ts';
import { askAll, wrongAnswers } from './follow.ts';
import { held } from './killed.ts';
import { liquidOf } from './liquid.ts';
import { type Alter, createWorld } from './world.ts';

const truth = recordedTruth('chain-a');
const liquid = liquidOf['chain-a'];
const questions = questionsOf(truth, liquid);
/** The transactions of a block in the middle of the batch. */
const lacking = truth.transactions.filter(({ height }) => height === 38).map(({ hash }) => hash);

async function followed(nodes: readonly (Alter | undefined)[]) {
  const world = await createWorld({ height: 36, liquid, nodes });
  const service = world.process();
  expect((await runTick(service)).stoppedBy).toBe('done');
  await askAll(questions, service);
  world.setHeight(42);
  return { world, service };
}

async function undisturbed(): Promise<object> {
  const { world, service } = await followed([undefined]);
  await runTick(service);
  return held(world.tables);
}

describe('rule FOLLOW-2: a block with a transaction whose result a node lacks', () => {
  const lacks = withoutResults((hash) => lacking.includes(hash));

  test.each([0, 1])('is followed with the result of another node (node %i lacks it)', async (index) => {
    const { world, service } = await followed([0, 1].map((node) => (node === index ? lacks : undefined)));
    expect(await runTick(service)).toMatchObject({ from: 37, to: 42, stoppedBy: 'done' });
    expect(held(world.tables)).toEqual(await undisturbed());
  });

  test('is not followed where no node has the result; the blocks before it are, and the blocks after it once a node has the result', async () => {
    let isThere = false;
    const { world, service } = await followed([withoutResults((hash) => !isThere && lacking.includes(hash))]);
    for (let ticks = 1; ticks <= 2; ticks += 1) {
      const done = await runTick(service);
      expect(done).toMatchObject(ticks === 1 ? { from: 37, to: 37 } : { from: null, to: null });
      expect([done.stoppedBy, done.reason]).toEqual([
        'chain',
        `no node has the result of transaction ${lacking[0]} in block 38`,
      ]);
      expect(world.tables.progress).toMatchObject({ cursor: truth.block(37), mark: 37 });
      world.pass(6_000);
      const asked = questions.filter(({ id }) => !lacking.includes(id));
      expect(wrongAnswers(asked, await askAll(asked, service), truth)).toEqual([]);
    }
    isThere = true;
    world.pass(6_000);
    expect(await runTick(service)).toMatchObject({ from: 38, to: 42, stoppedBy: 'done' });
    expect(wrongAnswers(questions, await askAll(questions, service), truth)).toEqual([]);
  });

  test('is not followed with a result from another block', async () => {
    const elsewhere = withResultsElsewhere((hash) => lacking.includes(hash));
    const { world, service } = await followed([elsewhere]);
    expect(await runTick(service)).toMatchObject({ from: 37, to: 37, stoppedBy: 'chain' });
    expect(world.tables.progress.cursor?.height).toBe(37);
  });
});
