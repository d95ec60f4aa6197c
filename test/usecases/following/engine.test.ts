import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createTables, type Engine, startEngine } from '../../../infra/local/engine/engine.ts';
import { parseRefKey } from '../../../lib/domain/entity.ts';
import { createDynamo } from '../../../lib/store/dynamodb/client.ts';
import { createStore, type Store } from '../../../lib/store/store.ts';
import { verifyTrail } from '../../../lib/usecases/audit/verify-trail.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { chance } from '../../chain/pool/scripts/chance.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll, wrongAnswers } from './follow.ts';
import { recover, tickAndDie } from './killed.ts';
import { liquidOf } from './liquid.ts';
import { createWorld, type World } from './world.ts';

const truth = recordedTruth('chain-a');
const liquid = liquidOf['chain-a'];
const questions = questionsOf(truth, liquid);
const [start, heights] = [36, [37, 38, 40, 41, 42, 43, 51]];

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);

let engine: Engine;
let store: Store;

beforeAll(async () => {
  engine = await startEngine();
  const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 60_000 });
  const prefix = `sync-${process.pid}`;
  await createTables(dynamo, prefix);
  store = createStore(dynamo, prefix);
});
afterAll(() => engine?.stop());

/** Everything is looked up at `start`; then `through` follows each height. */
async function follow(world: World, through: (height: number) => Promise<void>): Promise<void> {
  const service = world.process();
  await runTick(service);
  await askAll(questions, service);
  for (const height of heights) {
    world.setHeight(height);
    await through(height);
  }
}

/** The runner that gets the lease goes on only when the other one has ended. */
async function twoAtOnce(world: World): Promise<string[]> {
  const ended = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const run = async (own: 0 | 1): Promise<string> => {
    const other = ended[own === 0 ? 1 : 0].promise;
    const around = ({ progress, ...store }: Store): Store => ({
      ...store,
      progress: {
        ...progress,
        async acquireSyncLease(...args) {
          const token = await progress.acquireSyncLease(...args);
          if (token !== undefined) await other;
          return token;
        },
      },
    });
    const { stoppedBy } = await runTick(world.process({ around })).finally(ended[own].resolve);
    return stoppedBy;
  };
  return Promise.all([run(0), run(1)]);
}

test('rule FOLLOW-9: on the engine, runners that are killed and two at once come to the same tables as one runner in memory', async () => {
  const undisturbed = await createWorld({ height: start, liquid });
  await follow(undisturbed, async () => {
    expect((await runTick(undisturbed.process())).stoppedBy).toBe('done');
  });

  const seed = Number(process.env.ASTAKE_SEED ?? 1);
  const draw = chance(seed, 'deaths on the engine');
  const world = await createWorld({ height: start, liquid, store });
  let deaths = 0;
  await follow(world, async (height) => {
    for (let last = 40; last > 5; last /= 2) {
      const died = await tickAndDie(world, { call: Math.floor(draw.between(1, last)), when: 'after' });
      deaths += died ? 1 : 0;
      world.pass(16_000);
    }
    const both = await twoAtOnce(world);
    expect([seed, height, both.sort()]).toEqual([seed, height, ['busy', 'done']]);
    await recover(world);
  });
  expect(deaths).toBeGreaterThan(heights.length);

  const last = heights.at(-1) as number;
  expect(await store.progress.read()).toMatchObject({ cursor: truth.block(last), mark: last, followedFrom: start });
  for (const [key, expected] of undisturbed.tables.records) {
    const record = await store.records.get(parseRefKey(key));
    const { checkedAt, trackedUntil, auditHead, ...same } = expected;
    expect(record).toMatchObject(same);
    expect([key, await verifyTrail(expected.ref, true, store)]).toEqual([
      key,
      { entries: expected.sequence, broken: undefined },
    ]);
    const [cached, entry] = [undisturbed.tables.cache.get(key)?.entry, await store.cache.get(expected.ref)];
    expect([key, entry?.sequence, entry?.block]).toEqual([key, cached?.sequence, cached?.block]);
  }
  const reader = world.process();
  expect(wrongAnswers(questions, await askAll(questions, reader), truth)).toEqual([]);
});
