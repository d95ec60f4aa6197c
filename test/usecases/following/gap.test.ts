import { describe, expect, test } from '@jest/globals';
import { LOGIC_VERSION } from '../../../lib/domain/progress.ts';
import type { Service } from '../../../lib/domain/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { withoutHistory } from './alter.ts';
import { askAll, keyOf, recordsIn, wrongAnswers } from './follow.ts';
import { liquidOf } from './liquid.ts';
import { createWorld, type World } from './world.ts';

const truth = recordedTruth('chain-a');
const liquid = liquidOf['chain-a'];
const questions = questionsOf(truth, liquid);

/** Every answer is true, and a record below `from` that was not read again claims its own block only. Gives the number of these. */
async function expectHonest(world: World, service: Service, from: number): Promise<number> {
  world.pass(6_000);
  const own = recordsIn(world.tables);
  const answers = await askAll(questions, service);
  expect(wrongAnswers(questions, answers, truth)).toEqual([]);
  const claims = answers.flatMap(({ source, block, verifiedThrough }, index) => {
    const recorded = own.get(keyOf(questions[index] as (typeof questions)[0], service)) ?? from;
    return source === 'cache' && recorded < from ? [verifiedThrough.height - block.height] : [];
  });
  expect(claims.filter((blocks) => blocks !== 0)).toEqual([]);
  return claims.length;
}

describe('rule FOLLOW-7: the first tick', () => {
  test('begins at the tip, and earlier records claim their own block only', async () => {
    const world = await createWorld({ height: 36, liquid });
    const service = world.process();
    await askAll(questions, service);
    expect(world.tables.progress.cursor).toBeNull();
    world.setHeight(40);
    expect(await runTick(service)).toMatchObject({ from: 40, to: 40, stoppedBy: 'done' });
    const { cursor, mark, followedFrom, logicVersion, reconcileFrom } = world.tables.progress;
    expect({ cursor, mark, followedFrom, logicVersion, reconcileFrom }).toEqual({
      cursor: truth.block(40),
      mark: 40,
      followedFrom: 40,
      logicVersion: LOGIC_VERSION,
      reconcileFrom: null,
    });
    expect(await expectHonest(world, service, 40)).toBeGreaterThan(20);
    world.setHeight(57);
    await runTick(service);
    expect(world.tables.progress).toMatchObject({ cursor: truth.block(57), followedFrom: 40 });
    await expectHonest(world, service, 40);
  });

  test('begins at one block for two runners at once', async () => {
    const world = await createWorld({ height: 36, liquid });
    await Promise.all([runTick(world.process()), runTick(world.process())]);
    expect(world.tables.progress).toMatchObject({ cursor: truth.block(36), followedFrom: 36, mark: 36 });
  });
});

describe('rule FOLLOW-7: a node that does not hold the blocks after the cursor any more', () => {
  async function behind(low: number, more: readonly undefined[] = []) {
    let forgotten = 0;
    const world = await createWorld({ height: 30, liquid, nodes: [withoutHistory(() => forgotten), ...more] });
    const service = world.process();
    await runTick(service);
    await askAll(questions, service);
    forgotten = low;
    world.setHeight(60);
    return { world, service };
  }

  test('makes sync skip to the tip: everything is to be reconciled, and earlier records claim their own block only', async () => {
    const { world, service } = await behind(50);
    const [records, bases] = [recordsIn(world.tables), basesIn(world)];
    expect(await runTick(service)).toMatchObject({ from: 60, to: 60, stoppedBy: 'done' });
    expect(world.tables.progress).toMatchObject({ cursor: truth.block(60), mark: 60, followedFrom: 60 });
    expect(world.tables.progress.reconcileFrom).toEqual({
      height: 60,
      reason: expect.stringContaining('no node holds block 31'),
      at: new Date(service.clock.now()).toISOString(),
    });
    expect(recordsIn(world.tables)).toEqual(records);
    expect(basesIn(world)).toEqual(new Map([...bases.keys()].map((name) => [name, [60, 60]])));
    expect(await expectHonest(world, service, 60)).toBeGreaterThan(20);
    world.setHeight(81);
    expect(await runTick(service)).toMatchObject({ from: 61, to: 81, stoppedBy: 'done' });
    expect(world.tables.progress.followedFrom).toBe(60);
    await expectHonest(world, service, 60);
  });

  test('makes no gap while another node has them', async () => {
    const { world, service } = await behind(50, [undefined]);
    expect(await runTick(service)).toMatchObject({ from: 31, to: 60, stoppedBy: 'done' });
    expect(world.tables.progress).toMatchObject({ followedFrom: 30, reconcileFrom: null });
    await expectHonest(world, service, 30);
  });

  test('makes no gap as long as it has the next block', async () => {
    const { world, service } = await behind(31);
    expect(await runTick(service)).toMatchObject({ from: 31, to: 60, stoppedBy: 'done' });
    expect(world.tables.progress.followedFrom).toBe(30);
  });
});

/** Height of its block and of its latest change, by name. */
const basesIn = ({ tables }: World): Map<string, (number | undefined)[]> =>
  new Map(
    [...tables.records.values()]
      .filter(({ ref }) => ref.kind === 'basis')
      .map(({ ref, block, changedAt }) => [ref.id, [block.height, changedAt]]),
  );
