import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { rewind } from '../../lib/usecases/following/rewind.ts';
import { runTick } from '../../lib/usecases/following/tick.ts';
import { pastTruth } from '../recorded-truth/past-truth.ts';
import { type Question, questionsOf } from '../recorded-truth/questions.ts';
import { type Instance, startInstance } from '../support/instances.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { withoutHistory } from '../usecases/following/alter.ts';
import { forkedAbove, truthAbove } from '../usecases/following/fork.ts';
import { type Alter, createWorld, type World } from '../usecases/following/world.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);

const truth = recordedTruth('chain-a');
const questions = questionsOf(truth).filter(({ kind }, index) => kind !== 'transaction' || index % 4 === 0);
const values = questions.filter(({ kind }) => kind !== 'transaction');
const recordedAlone: Alter = (_method, _params, forward) => forward();
const fromHistory = { 'cache-control': 'only-if-cached' };

const open: Instance[] = [];
afterEach(() => Promise.all(open.splice(0).map((api) => api.close())));

/** A process of its own, which remembers of no node what it had. */
async function instanceOf(world: World): Promise<Instance> {
  const api = await startInstance(world.process());
  open.push(api);
  return api;
}

/** What was never there has no record. */
const isThere = (question: Question, height: number): boolean => question.truth(height) !== null;

interface Followed {
  readonly world: World;
  readonly api: Instance;
  alter(by: Alter): void;
  /** A tick at each of these heights, and a reading of everything from the chain. */
  follow(...heights: readonly number[]): Promise<void>;
}

async function startAt(height: number): Promise<Followed> {
  let alter = recordedAlone;
  const world = await createWorld({ height, nodes: [(...request) => alter(...request)] });
  const api = await instanceOf(world);
  const follow: Followed['follow'] = async (...heights) => {
    for (const next of heights) {
      world.setHeight(next);
      expect((await runTick(api.service)).stoppedBy).toBe('done');
      for (const { path } of questions) await api.get(path, { 'cache-control': 'no-cache' });
    }
  };
  const answerBy = (by: Alter): void => {
    alter = by;
  };
  await follow(height);
  return { world, api, follow, alter: answerBy };
}

const at = (path: string, height: number) => `${path}${path.includes('?') ? '&' : '?'}at=${height}`;
const comparable = (data: object | null | undefined): string =>
  JSON.stringify(data && { ...data, complete: undefined, local: undefined });

/** What the history answers in these blocks: nothing that is not the chain's, in any block that it names. */
async function trueHeights(
  question: Question,
  [from, through]: readonly [number, number],
  expected: (question: Question, height: number) => object | null,
  api: Instance,
): Promise<number[]> {
  const answered: number[] = [];
  for (let height = from; height <= through; height += 1) {
    const { status, headers, body } = await api.get(at(question.path, height), fromHistory);
    if (status === 504) continue;
    const { meta } = body;
    const first = expected(question, meta.heldFrom);
    const last = expected(question, meta.verifiedThrough.height);
    const there = [first, expected(question, height), last].map(comparable);
    const given = comparable(status === 404 ? null : body.data);
    expect([question.path, height, there]).toEqual([question.path, height, [given, given, given]]);
    expect(meta).toMatchObject({ source: 'history', at: height, stale: false, age: 0 });
    expect(meta.heldFrom <= height && height <= meta.verifiedThrough.height).toBe(true);
    expect(headers.get('cache-status')).toBe('astake-lookup; hit; detail=history');
    answered.push(height);
  }
  return answered;
}

describe('what the history answers over HTTP (rule PAST-5)', () => {
  test('nothing in a gap that sync skipped; the chain has it', async () => {
    const { world, api, alter, follow } = await startAt(24);
    await follow(28, 31);
    alter(withoutHistory(() => 60));
    await follow(60, 63);
    alter(recordedAlone);
    for (const question of values) {
      const heights = await trueHeights(question, [22, 63], (one, height) => pastTruth(one, height, truth), api);
      const ofGap = heights.filter((height) => height > 31 && height < 60);
      expect([question.path, heights.includes(63), ofGap]).toEqual([question.path, isThere(question, 63), []]);
    }
    const another = await instanceOf(world);
    for (const { path, truth: there } of values.slice(0, 8)) {
      const { status, body } = await another.get(at(path, 45));
      expect([comparable(status === 404 ? null : body.data), body.meta.source, body.meta.heldFrom]).toEqual([
        comparable(there(45)),
        'chain',
        45,
      ]);
    }
  });

  test('across a rewind nothing of the abandoned fork, and what both forks have', async () => {
    const common = 24;
    const { world, api, alter, follow } = await startAt(20);
    await follow(22, 29);
    alter(forkedAbove(common));
    world.setHeight(33);
    expect((await runTick(api.service)).stoppedBy).toBe('reset');
    await rewind(common, { actor: 'operator', note: null }, api.service);
    // A snapshot is at most a second old.
    world.pass(1_100);
    const onFork = (question: Question, height: number) =>
      height > common ? truthAbove(common, question, height, truth) : pastTruth(question, height, truth);
    let kept = 0;
    for (const question of values) {
      const heights = await trueHeights(question, [18, 33], onFork, api);
      expect([question.path, heights.filter((height) => height > common)]).toEqual([question.path, []]);
      kept += heights.length;
    }
    expect(kept).toBeGreaterThan(values.length);
    await follow(33, 36);
    for (const question of values) {
      const heights = await trueHeights(question, [18, 36], onFork, api);
      if (isThere(question, common)) expect([question.path, heights.at(-1)]).toEqual([question.path, 36]);
    }
  });

  test('of a transaction: from the block on that executed it, whenever it was read', async () => {
    const { api } = await startAt(60);
    const executed = questions.filter(
      ({ kind, id }) =>
        kind === 'transaction' && (truth.transactions.find(({ hash }) => hash === id)?.height ?? 61) < 55,
    );
    expect(executed.length).toBeGreaterThan(3);
    for (const question of executed) {
      const height = truth.transactions.find(({ hash }) => hash === question.id)?.height ?? 0;
      const heights = await trueHeights(question, [height - 2, 60], (one, block) => pastTruth(one, block, truth), api);
      expect(heights).toEqual(Array.from({ length: 61 - height }, (_, index) => height + index));
    }
  });
});
