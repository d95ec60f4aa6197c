import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../../../lib/domain/answer.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Service } from '../../../lib/domain/service.ts';
import { rewind } from '../../../lib/usecases/following/rewind.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { type Question, questionsOf } from '../../recorded-truth/questions.ts';
import { accountHashOf, recordedTruth } from '../../support/recorded-truth.ts';
import { ask, askAll, wrongAnswers } from './follow.ts';
import { forkedAbove, truthAbove } from './fork.ts';
import { liquidOf } from './liquid.ts';
import { type Alter, createWorld, type World, type WorldOptions } from './world.ts';

const truth = recordedTruth('chain-a');
const liquid = liquidOf['chain-a'];
const questions = questionsOf(truth, liquid);
/** The network is reset to this block. */
const common = 24;
const onTheFork = questions.map(
  (question): Question => ({
    ...question,
    truth: (height) => truthAbove(common, question, height, truth),
  }),
);
const fork = forkedAbove(common);
const forkTruth = { ...truth, block: (height: number) => ({ ...truth.block(height), hash: hashAt(height) }) };
const hashAt = (height: number): string => {
  const { hash } = truth.block(height);
  return height > common ? [...hash].reverse().join('') : hash;
};

const recordedAlone: Alter = (_method, _params, forward) => forward();

/** A service that has followed the chain through block 29; `reset` resets the network of its node. */
async function followed(
  env: WorldOptions['env'] = {},
): Promise<{ readonly world: World; readonly service: Service; reset(): void }> {
  let alter: Alter = recordedAlone;
  const world = await createWorld({ height: 18, liquid, env, nodes: [(...request) => alter(...request)] });
  const service = world.process();
  for (const height of [18, 22, 29]) {
    world.setHeight(height);
    expect((await runTick(service)).stoppedBy).toBe('done');
    await askAll(questions, service);
  }
  return {
    world,
    service,
    reset: () => {
      alter = fork;
    },
  };
}

describe('rule FOLLOW-8: a network that is reset to a block below the cursor', () => {
  test.each([29, 33])('stops sync when it has reached %i again, and the stall is published once', async (height) => {
    const { world, service, reset } = await followed();
    reset();
    const before = world.tables.progress;
    for (let ticks = 1; ticks <= 3; ticks += 1) {
      world.setHeight(height);
      world.pass(30_000);
      const done = await runTick(ticks === 2 ? world.process() : service);
      expect(done).toMatchObject({ stoppedBy: 'reset', from: null, to: null, refreshed: 0 });
      expect(done.reason).toContain('no longer on the chain');
    }
    const { cursor, mark, fork, stalled } = world.tables.progress;
    expect({ cursor, mark, fork }).toEqual({ cursor: before.cursor, mark: before.mark, fork: 0 });
    expect(stalled?.reason).toContain('no longer on the chain');
    const published = [...world.tables.outbox.keys()].filter((id) => id.startsWith('Sync'));
    expect(published).toEqual([`SyncStalled#${stalled?.since}`]);
    expect(world.tables.audit.get('service#sync')?.map(({ after }) => after)).toEqual([{ stalled }]);
  });

  test('is read from the new fork alone once the cached answers are too old, and they are labelled until then', async () => {
    // Block 105 is 94 seconds after block 29, block 120 is 108 seconds after it; a value is fresh for 90.
    const { world, service, reset } = await followed({ ASTAKE_LATE_LIMIT_SECONDS: '106' });
    reset();
    /** Those that are not of the new fork's blocks; the ones that are must be true of it. */
    const oldAnswersAt = async (height: number) => {
      world.setHeight(height);
      await runTick(service);
      world.pass(6_000);
      const answers = await askAll(questions, service);
      const isNew = answers.map(({ block }) => block.height >= 105);
      const read = onTheFork.filter((_, index) => isNew[index]);
      const fresh = answers.filter((_, index) => isNew[index]);
      expect(wrongAnswers(read, fresh, forkTruth)).toEqual([]);
      return answers.filter((answer, index) => !isNew[index] && !isExecuted(answer));
    };
    // Rule LIMIT-1: sync stands still, so it is late.
    const labelled = await oldAnswersAt(105);
    expect(labelled.length).toBeGreaterThan(0);
    expect(labelled.filter(({ source, stale, age }) => source !== 'cache' || !stale || age <= 90)).toEqual([]);
    expect(await oldAnswersAt(120)).toEqual([]);
  });

  test('is followed again from the common block after an operator has rewound sync', async () => {
    const { world, service, reset } = await followed();
    reset();
    world.setHeight(33);
    await runTick(service);
    const to = await rewind(common, { actor: 'operator', note: 'the network went back' }, service);
    expect(to).toMatchObject({ height: common, hash: truth.block(common).hash });
    expect(world.tables.progress).toMatchObject({ fork: 1, mark: common, cursor: to, followedFrom: 18, head: null });
    // The names of entries that are stored already.
    expect(world.tables.audit.get('service#sync')?.at(-1)).toMatchObject({
      before: { branch: 0, cursor: { height: expect.any(Number) } },
      after: { branch: 1, cursor: to, note: 'the network went back' },
    });

    for (const height of [33, 34, 60]) {
      world.setHeight(height);
      expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: height });
      const bases = [...world.tables.records.values()].filter(({ ref }) => ref.kind === 'basis');
      expect(new Set(bases.map(({ fork }) => fork))).toEqual(new Set([1]));
      world.pass(6_000);
      for (const process of [service, world.process()]) {
        const answers = await askAll(onTheFork, process);
        expect({ height, wrong: wrongAnswers(onTheFork, answers, forkTruth) }).toEqual({ height, wrong: [] });
      }
    }
    expect(world.tables.progress.stalled).toBeNull();
    const published = [...world.tables.outbox.keys()].filter((id) => id.startsWith('Sync'));
    expect(published.map((id) => id.split('#')[0])).toEqual(['SyncStalled', 'SyncRecovered']);
  });

  test('leaves nothing of what was stored on the abandoned fork', async () => {
    // A redelegation arrives at 65; on the new fork it is still under way.
    const [id, from] = ['account-hash-636c9c9deb8e1ab58d2d488ff90298d200154d46c750edd038f6a8f450968418', '01052d'];
    const position = questions.find((question) => question.kind === 'staking' && question.id === id) as Question;
    let alter: Alter = recordedAlone;
    const world = await createWorld({ height: 50, liquid, nodes: [(...request) => alter(...request)] });
    const service = world.process();
    for (const height of [50, 66]) {
      world.setHeight(height);
      expect((await runTick(service)).stoppedBy).toBe('done');
      await ask(position, service, { ...defaultReadOptions, noCache: true });
    }
    const validator = truth.accounts.find(({ publicKey }) => publicKey?.startsWith(from))?.publicKey ?? '';
    const key = `bid-addr-07${accountHashOf(validator)}${id}`.replaceAll('account-hash-', '');
    alter = forkedAbove(60, { height: 68, keys: [key] });
    world.setHeight(70);
    expect((await runTick(service)).stoppedBy).toBe('reset');
    await rewind(60, { actor: 'operator', note: null }, service);
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: 70 });
    const { data, source, verifiedThrough } = await ask(position, service);
    expect([source, verifiedThrough.height]).toEqual(['cache', 70]);
    const { delegations, unbondings, complete } = truth.staking(id, 60) ?? {};
    expect(unbondings).toHaveLength(1);
    expect(data).toMatchObject({ delegations, unbondings, complete });
  });

  test('cannot be rewound above the cursor, nor by two operators at once', async () => {
    const { world, service, reset } = await followed();
    reset();
    const decision = { actor: 'operator', note: null };
    await expect(rewind(30, decision, service)).rejects.toMatchObject({ code: 'invalid_request' });
    const both = await Promise.allSettled([
      rewind(common, decision, service),
      rewind(common, decision, world.process()),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(world.tables.progress).toMatchObject({ fork: 1, rewinds: [{ fork: 1, height: common }] });
  });
});

/** Rule KIND-2: an executed transaction is final, so its answer stays until sync is rewound. */
const isExecuted = ({ data }: Answer): boolean => (data as { executedAt?: object } | null)?.executedAt != null;
