import { describe, expect, test } from '@jest/globals';
import type { Service } from '../../../lib/domain/service.ts';
import { tickBudget } from '../../../lib/usecases/following/follow-to-tip.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll, wrongAnswers } from './follow.ts';
import { liquidOf } from './liquid.ts';
import { createWorld, type World } from './world.ts';

const truth = recordedTruth('chain-d');
const liquid = liquidOf['chain-d'];
const questions = questionsOf(truth, liquid);

async function hundredBehind() {
  const world = await createWorld({ recording: 'chain-d', height: 20, liquid });
  const service = world.process();
  await runTick(service);
  await askAll(questions, service);
  world.setHeight(120);
  return { world, service };
}

/** Every answer is true, and verified through its own block or a later one, up to the cursor (rules CLAIM-3, LIMIT-1). */
async function expectHonest(world: World, service: Service): Promise<void> {
  world.pass(6_000);
  const cursor = world.tables.progress.cursor?.height;
  const answers = await askAll(questions, service);
  expect({ cursor, wrong: wrongAnswers(questions, answers, truth) }).toEqual({ cursor, wrong: [] });
  const others = answers.filter(
    ({ block, verifiedThrough: { height } }) =>
      height < block.height || (height > block.height && height > (cursor ?? 0)),
  );
  expect(others).toEqual([]);
}

describe('A service that is a hundred blocks behind', () => {
  test('follows batch by batch where a tick has few calls, and every answer stays true', async () => {
    const { world, service } = await hundredBehind();
    const few = { ...tickBudget, calls: 0 };
    let from = 21;
    let batches = 0;
    for (let done = await runTick(service, few); done.stoppedBy !== 'done'; done = await runTick(service, few)) {
      expect(done).toMatchObject({ from, to: expect.any(Number), stoppedBy: 'calls' });
      from = (done.to ?? 0) + 1;
      batches += 1;
      expect(world.tables.progress).toMatchObject({ cursor: truth.block(from - 1), mark: from - 1, followedFrom: 20 });
      await expectHonest(world, world.process());
    }
    expect(batches).toBeGreaterThan(2);
    expect([from, world.tables.progress.cursor]).toEqual([121, truth.block(120)]);
    await expectHonest(world, service);
  });

  test('follows one block a tick where a tick has no time: no further block is started', async () => {
    const { world, service } = await hundredBehind();
    for (let height = 21; height <= 32; height += 1) {
      const done = await runTick(service, { ...tickBudget, startMs: -1 });
      expect(done).toMatchObject({ from: height, to: height, stoppedBy: 'time' });
      expect(world.tables.progress).toMatchObject({ cursor: truth.block(height), mark: height });
      if (height % 4 === 0) await expectHonest(world, world.process());
    }
    expect(await runTick(service)).toMatchObject({ from: 33, to: 120, stoppedBy: 'done' });
    await expectHonest(world, service);
  });
});
