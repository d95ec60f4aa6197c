import { describe, expect, test } from '@jest/globals';
import type { PastAnswer } from '../../../lib/domain/answer.ts';
import { LookupError } from '../../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { definitionOf, lookup } from '../../../lib/usecases/reading/lookup.ts';
import { lookupAt } from '../../../lib/usecases/reading/lookup-at.ts';
import { pastTruth } from '../../recorded-truth/past-truth.ts';
import { type Question, questionsOf } from '../../recorded-truth/questions.ts';
import { type RecordedTruth, recordedTruth } from '../../support/recorded-truth.ts';
import { liquidOf } from '../following/liquid.ts';
import { createWorld, type World } from '../following/world.ts';

/** Every so many heights of each question; 1: all of them. */
const sampled = Number(process.env.PAST_STEP ?? 7);

const refOf = ({ kind, id }: Question, service: Running) => ({
  kind,
  id: definitionOf({ kind }, service).canonicalId(id),
});

/** The recording does not say whether a position is complete. */
const comparable = (data: object | null): string => JSON.stringify(data && { ...data, complete: undefined });

/** From the history alone; undefined: it does not cover the block. No node is asked. */
async function remembered(question: Question, at: number, service: Running): Promise<PastAnswer | undefined> {
  try {
    return await lookupAt(refOf(question, service), { at, noCache: false, onlyIfCached: true }, service);
  } catch (error) {
    if (error instanceof LookupError && error.code === 'not_cached') return undefined;
    throw error;
  }
}

const read = (question: Question, service: Running, noCache = false) =>
  lookup(refOf(question, service), { ...defaultReadOptions, noCache }, service);

/** Steps of 1 to 4 blocks; each tick follows them as one batch. Readers read between the ticks, some of them ahead of sync. */
async function follow(world: World, service: Running, questions: readonly Question[], until: number): Promise<void> {
  let height = world.nodes[0]?.height() ?? 0;
  for (let step = 0; height < until; step += 1) {
    height = Math.min(until, height + 1 + (step % 4));
    world.setHeight(height);
    if (step % 3 === 0)
      await Promise.all(
        questions.filter((_, at) => (at + step) % 5 === 0).map((one) => read(one, service, at(one, step))),
      );
    await runTick(service);
  }
}

const at = ({ id }: Question, step: number): boolean => (id.length + step) % 2 === 0;

async function compare(
  questions: readonly Question[],
  truth: RecordedTruth,
  until: number,
  service: Running,
): Promise<{ readonly covered: number; readonly asked: number; readonly wrong: readonly string[] }> {
  let covered = 0;
  let asked = 0;
  const wrong: string[] = [];
  for (const [index, question] of questions.entries()) {
    for (let height = index % sampled; height <= until; height += sampled) {
      asked += 1;
      const answer = await remembered(question, height, service);
      if (answer === undefined) continue;
      covered += 1;
      const expected = comparable(pastTruth(question, height, truth));
      const answered = comparable(answer.data);
      if (answered !== expected)
        wrong.push(`${question.kind} ${question.id}@${height}: ${answered} is not ${expected}`);
      const { from, through } = answer.held;
      if (from > height || through < height)
        wrong.push(`${question.kind} ${question.id}@${height}: ${from} to ${through}`);
      for (let at = from; at <= through; at += 1) {
        const there = comparable(pastTruth(question, at, truth));
        if (there !== answered) wrong.push(`${question.kind} ${question.id}@${height}, held at ${at}: it is ${there}`);
      }
    }
  }
  return { covered, asked, wrong };
}

describe('what the history covers is what was there (rule PAST-5)', () => {
  test.each([
    { recording: 'chain-a', start: 22, least: 0.4 },
    { recording: 'chain-a', start: 62, least: 0.3 },
    { recording: 'chain-d', start: 30, least: 0.4 },
    { recording: 'chain-d', start: 100, least: 0.2 },
  ] as const)(
    '$recording, followed from block $start',
    async ({ recording, start, least }) => {
      const truth = recordedTruth(recording);
      const liquid = liquidOf[recording];
      const questions = questionsOf(truth, liquid);
      const world = await createWorld({ recording, height: start, liquid });
      const service = world.process();
      await runTick(service);
      await Promise.all(questions.map((question) => read(question, service)));
      await follow(world, service, questions, truth.lastHeight);
      const { covered, asked, wrong } = await compare(questions, truth, truth.lastHeight, service);
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(covered / asked).toBeGreaterThan(least);
    },
    600_000,
  );
});

describe('the history does not answer (rule PAST-5)', () => {
  const truth = recordedTruth('chain-a');
  const [question] = questionsOf(truth).filter(({ id }) => id === 'villas:0') as [Question];

  /** A token that changed twice at least, and the heights that its history covers. */
  async function start() {
    const world = await createWorld({ recording: 'chain-a', height: 22 });
    const service = world.process();
    await runTick(service);
    await read(question, service);
    await follow(world, service, [question], truth.lastHeight);
    const key = `asset#${refOf(question, service).id}`;
    const heights = async () => {
      const answers = [];
      for (let height = 22; height <= truth.lastHeight; height += 1)
        answers.push(await remembered(question, height, service));
      return answers.flatMap((answer, index) => (answer === undefined ? [] : [22 + index]));
    };
    const record = world.tables.records.get(key);
    const trail = world.tables.audit.get(key);
    if (record === undefined || trail === undefined || trail.length < 3) throw new Error('the token did not change');
    return { world, service, key, heights, record, trail };
  }

  test('where the row was edited, disputed or invalidated', async () => {
    const { world, key, heights, record } = await start();
    expect((await heights()).length).toBeGreaterThan(70);
    const set = (change: object) => void world.tables.records.set(key, { ...record, ...change });
    set({ value: { ...record.value, owner: null } });
    expect(await heights()).toEqual([]);
    set({ conflict: { id: 'c', state: 'open', chainDigest: '' } });
    expect(await heights()).toEqual([]);
    set({ auditHead: '0'.repeat(64) });
    expect(await heights()).toEqual([]);
    set({ definition: 'another' });
    expect((await heights()).every((height) => height < (record.held?.at(0)?.from ?? 0))).toBe(true);
    set({});
    const sound = await heights();
    expect(sound.length).toBeGreaterThan(70);
    const { progress } = world.tables;
    const invalidate = (prefix: string, height: number) => {
      world.tables.progress = { ...progress, invalidations: [{ kind: 'asset', prefix, height }] };
      world.pass(2_000);
    };
    invalidate(record.ref.id, 60);
    expect(await heights()).toEqual(sound.filter((height) => height > 60));
    invalidate('another', 60);
    expect(await heights()).toEqual(sound);
    // The present value is of an invalidated reading, whatever its claim.
    invalidate('', record.block.height);
    expect(await heights()).toEqual([]);
  });

  test('behind an entry that was edited or removed', async () => {
    const { world, key, heights, trail } = await start();
    const [first, second, ...others] = [...trail].sort((a, b) => a.sequence - b.sequence);
    if (first === undefined || second === undefined) throw new Error('two entries are needed');
    const from = Math.min(...(others[0]?.held?.spans ?? []).map((span) => span.from));
    world.tables.audit.set(key, [first, { ...second, before: { owner: 'hash-of-nothing' } }, ...others]);
    expect((await heights()).every((height) => height >= from)).toBe(true);
    world.tables.audit.set(key, [first, ...others]);
    expect((await heights()).every((height) => height >= from)).toBe(true);
    expect((await heights()).length).toBeGreaterThan(0);
  });
});
