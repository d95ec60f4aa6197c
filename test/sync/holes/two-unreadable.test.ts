import { expect, test } from '@jest/globals';
import { tick } from '../../../lib/usecases/tick.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { questionsOf } from '../../walk/questions.ts';
import { ask } from '../follow.ts';
import { createWorld } from '../world.ts';
import { liquid, staking } from './position.ts';

const unknownForm = { CLValue: { cl_type: 'Nothing known' } };

/** More than enough for each of what cannot be read to have been tried three times. */
const ticks = 12;

test('a basis that cannot be read, and a record that rests on it, are let go one after the other: sync gets on', async () => {
  let broken = false;
  const world = await createWorld({
    recording: 'chain-d',
    height: 84,
    liquid,
    nodes: [
      (method, params, forward) =>
        broken && method === 'query_global_state' && params.key === `hash-${liquid.package}`
          ? { result: { ...forward().result, stored_value: { Package: {} } } }
          : forward(),
    ],
  });
  const service = world.process();
  await tick(service);
  await ask(staking, service);
  broken = true;
  world.setHeight(88);
  for (let count = 1; count <= ticks; count += 1) {
    await tick(service);
    world.pass(30_000);
  }
  expect(world.tables.progress.cursor?.height).toBe(88);
});

test('two records that cannot be read are let go, and sync gets on', async () => {
  const truth = recordedTruth('chain-a');
  const tokens = truth.tokens.filter(({ collection }) => collection === 'villas');
  const owners = truth.seed(tokens[0]?.packageHash ?? '', 'token_owners', 30);
  const written = truth.dictionaryWrites.filter(({ seed, height }) => seed === owners && height > 30 && height <= 60);
  const [one, other] = [...new Map(written.map((write) => [write.key, write])).values()];
  if (one === undefined || other === undefined) throw new Error('two tokens change hands');
  let broken = false;
  const world = await createWorld({
    height: 30,
    nodes: [
      (method, params, forward) => {
        const answer = forward();
        return broken && method === 'query_global_state' && [one.key, other.key].includes(params.key)
          ? { result: { ...answer.result, stored_value: unknownForm } }
          : answer;
      },
    ],
  });
  const service = world.process();
  await tick(service);
  const questions = questionsOf(truth).filter(({ kind, id }) =>
    [one, other].some(({ item }) => kind === 'asset' && id === `${tokens[0]?.packageHash}:${item}`),
  );
  for (const question of questions) await ask(question, service);
  broken = true;
  world.setHeight(Math.max(one.height, other.height));
  for (let count = 1; count <= ticks; count += 1) {
    await tick(service);
    world.pass(30_000);
  }
  expect(world.tables.progress.cursor?.height).toBe(Math.max(one.height, other.height));
  expect(world.counted.get('LetGo')).toBeGreaterThanOrEqual(2);
});
