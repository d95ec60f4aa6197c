import { expect, test } from '@jest/globals';
import type { Running } from '../../../../lib/runtime/service.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { questionsOf } from '../../../recorded-truth/questions.ts';
import { recordedTruth } from '../../../support/recorded-truth.ts';
import { ask, askAll, wrongAnswers } from '../follow.ts';
import { createWorld, type Json, type World } from '../world.ts';
import { contractAt, staking, storedAs } from './position.ts';
import { cachedOnly } from './villa.ts';

/** Enough to try each of two records three times, or one record whose node is excluded in between. */
const ticks = 8;

async function tickManyTimes(service: Running, world: World): Promise<void> {
  for (let count = 1; count <= ticks; count += 1) {
    await runTick(service);
    world.pass(30_000);
  }
}

/** The position is read at 84; from then on the node gives another contract. */
async function contractGivenAs(stored: Json) {
  const { world, give } = await contractAt(84);
  const service = world.process();
  await runTick(service);
  await ask(staking, service);
  give(storedAs(stored));
  return { world, service };
}

test('rule FOLLOW-6: a basis that cannot be read, and a record that depends on it, stop sync for some ticks only', async () => {
  const { world, service } = await contractGivenAs({ Package: {} });
  world.setHeight(88);
  await tickManyTimes(service, world);
  expect(world.tables.progress.cursor?.height).toBe(88);
});

test('rule FOLLOW-6: so does a basis with a malformed answer, for which the node is excluded now and then', async () => {
  const { world, service } = await contractGivenAs({ ContractPackage: {} });
  world.setHeight(85);
  await tickManyTimes(service, world);
  expect(world.tables.progress.cursor?.height).toBe(85);
});

test('rule FOLLOW-6: so do two records that cannot be read', async () => {
  const truth = recordedTruth('chain-a');
  const packageHash = truth.tokens.find(({ collection }) => collection === 'villas')?.packageHash ?? '';
  const owners = truth.seed(packageHash, 'token_owners', 30);
  const written = truth.dictionaryWrites.filter(({ seed, height }) => seed === owners && height > 30 && height <= 60);
  const unreadable = [...new Map(written.map((write) => [write.key, write])).values()].slice(0, 2);
  const last = Math.max(...unreadable.map(({ height }) => height));
  let broken = false;
  const world = await createWorld({
    height: 30,
    nodes: [
      (method, params, forward) => {
        const answer = forward();
        const isMeant = broken && method === 'query_global_state' && unreadable.some(({ key }) => key === params.key);
        return isMeant
          ? { result: { ...answer.result, stored_value: { CLValue: { cl_type: 'Nothing known', bytes: '00' } } } }
          : answer;
      },
    ],
  });
  const service = world.process();
  await runTick(service);
  const ids = unreadable.map(({ item }) => `${packageHash}:${item}`);
  const questions = questionsOf(truth).filter(({ kind, id }) => kind === 'asset' && ids.includes(id));
  expect(questions.length).toBe(2);
  await askAll(questions, service);
  broken = true;
  world.setHeight(last);
  await tickManyTimes(service, world);
  expect(world.tables.progress.cursor?.height).toBe(last);
  for (const question of questions) {
    const kept = await ask(question, world.process(), cachedOnly);
    expect([kept.block.height, kept.verifiedThrough.height]).toEqual([30, 30]);
    expect(wrongAnswers([question], [kept], truth)).toEqual([]);
  }
});
