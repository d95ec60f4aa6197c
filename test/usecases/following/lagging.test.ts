import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../infra/local/dev-chain/fault.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll, recordsIn, wrongAnswers } from './follow.ts';
import { expectWholeTrails } from './killed.ts';
import { liquidOf } from './liquid.ts';
import { createWorld, type World } from './world.ts';

const truth = recordedTruth('chain-a');
const liquid = liquidOf['chain-a'];
const questions = questionsOf(truth, liquid);
const faults: readonly Fault[] = ['lagging', 'catching-up', 'nothing-found', 'wrong-network', 'throttled-by-node'];

async function followed(nodes: number) {
  const world = await createWorld({ height: 36, liquid, nodes: Array.from({ length: nodes }, () => undefined) });
  const service = world.process();
  await runTick(service);
  await askAll(questions, service);
  return { world, service };
}

/** No record is at a lower block than before, none is in conflict, and every audit trail is complete. */
async function expectSound(world: World, before: ReadonlyMap<string, number>): Promise<void> {
  const after = recordsIn(world.tables);
  expect([...before].filter(([key, height]) => (after.get(key) ?? -1) < height)).toEqual([]);
  expect(world.tables.conflicts.size).toBe(0);
  expect([world.counted.get('Conflict'), world.counted.get('Missed')]).toEqual([undefined, undefined]);
  await expectWholeTrails(world.tables, (await createWorld()).tables);
}

const placed = faults.flatMap((fault) => [0, 1].map((index) => ({ fault, index })));

describe.each(placed)('rule CLAIM-8: one of two nodes (number $index) has the fault $fault', ({ fault, index }) => {
  test('sync follows the other one', async () => {
    const { world, service } = await followed(2);
    world.nodes[index]?.fault(fault, { blocksBehind: 20 });
    for (const height of [37, 42, 44]) {
      const before = recordsIn(world.tables);
      world.setHeight(height);
      expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: height });
      expect(world.tables.progress.cursor).toEqual(truth.block(height));
      await expectSound(world, before);
      world.pass(6_000);
      for (const process of [service, world.process()]) {
        expect({ height, wrong: wrongAnswers(questions, await askAll(questions, process), truth) }).toEqual({
          height,
          wrong: [],
        });
      }
      await expectSound(world, before);
    }
  });
});

describe('rule CLAIM-8: the only node', () => {
  test.each(['lagging', 'catching-up'] as const)('has the fault %s: no height falls, and sync waits', async (fault) => {
    const { world, service } = await followed(1);
    world.setHeight(42);
    await runTick(service);
    const before = recordsIn(world.tables);
    world.nodes[0]?.fault(fault, { blocksBehind: 20 });
    for (const process of [service, world.process()]) {
      world.pass(6_000);
      expect(await runTick(process)).toMatchObject({ stoppedBy: 'chain', from: null, refreshed: 0 });
      expect(world.tables.progress).toMatchObject({ cursor: truth.block(42), mark: 42, fork: 0, stalled: null });
      const kept = questions.filter(({ kind }) => kind === 'asset').filter(({ truth: data }) => data(36) !== null);
      expect(wrongAnswers(kept, await askAll(kept, process), truth)).toEqual([]);
      await expectSound(world, before);
    }
    world.nodes[0]?.fault(undefined);
    world.setHeight(44);
    world.pass(60_000);
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', from: 43, to: 44 });
  });
});
