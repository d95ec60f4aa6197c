import { describe, expect, test } from '@jest/globals';
import { refKey } from '../../../lib/domain/entity.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { askAll, wrongAnswers } from '../following/follow.ts';
import { type Death, expectSame, expectWholeTrails, workAndDie } from '../following/killed.ts';
import { latestRunOf, outcome, type Resumption, resume, stepsOf } from './killed-run.ts';
import { reconcile, workOn } from './run.ts';
import { plantedTables, questions, truth, unfixable, unseen, worldOn, wrong } from './small-world.ts';

const tables = await plantedTables();

const undisturbed = await worldOn(tables);
const whole = await reconcile(undisturbed.process());
const expected = outcome(whole, undisturbed.tables);
const steps = await stepsOf(await worldOn(tables));

/** A call that only reads leaves nothing behind, so the worker is killed at one in so many of these calls. */
const every = 13;
const reads =
  /^(an answer|[a-z_]+_[a-z_0-9]+|.*\.(get|getMany|byChecked|countChecked|missing|entries|history|read|directory|latest|shards))$/;

const run = (service: Running) => reconcile(service);

describe('An undisturbed run', () => {
  test('finds all planted errors, and fixes what can be fixed', () => {
    const found = (begin: string) => {
      const of = whole.tally.samples.filter(({ ref }) => refKey(ref).startsWith(begin));
      return of.map(({ finding, outcome }) => `${finding}, ${outcome}`);
    };
    const each = (planted: typeof wrong) => Object.fromEntries(planted.map(({ key }) => [key, found(key)]));
    const all = (planted: typeof wrong, what: string) => Object.fromEntries(planted.map(({ key }) => [key, [what]]));
    const [purse, trail] = unfixable;
    const [unwatched, ...others] = [...wrong].reverse();
    expect(each(unseen)).toEqual(all(unseen, 'missed, fixed'));
    expect(each(others)).toEqual(all(others, 'conflict, fixed'));
    expect(found(unwatched?.key ?? '')).toEqual(['match, fixed']);
    expect(found(purse?.key ?? '')).toEqual(['conflict, review']);
    expect(found(trail?.key ?? '')).toEqual(['match, unfixed']);
    expect(whole.tally.byCheck).toMatchObject({ references: { failed: 4 }, watches: { failed: 4 } });
    expect(whole.tally.counts).toMatchObject({ missed: 3, conflict: 10, unverifiable: 0, skipped: 1, review: 1 });
  });

  test('leaves only true answers for readers', async () => {
    const answers = await askAll(questions, undisturbed.process());
    expect(wrongAnswers(questions, answers, truth)).toEqual([]);
  });
});

describe('A run whose worker dies', () => {
  test.each(['before', 'after'] as const)('%s any call comes to the same result when it is continued', async (when) => {
    let [deaths, count] = [0, 0];
    for (const { name: step, before, work } of steps) {
      const calls: string[] = [];
      expect(await workAndDie(await worldOn(before), { call: 0, when }, work, calls)).toBe(false);
      for (const [index, name] of calls.entries()) {
        count += 1;
        if (reads.test(name) && count % every !== 0) continue;
        const call = index + 1;
        const world = await worldOn(before);
        const died = await workAndDie(world, { call, when }, work);
        expect({ step, call, died }).toEqual({ step, call, died: true });
        deaths += 1;
        const how: Resumption = count % 2 === 0 ? 'retried' : 'resumed';
        const at = { step, call, name, how };
        const ran = await resume(how, world);
        expectSame({ ...at, ...outcome(ran, world.tables) }, { ...at, ...expected });
        await expectWholeTrails(world.tables, tables);
      }
    }
    expect(deaths).toBeGreaterThan(190);
  });

  test('three times comes to the same result', async () => {
    for (let call = 40; call < 700; call += 55) {
      const world = await worldOn(tables);
      const death: Death = { call, when: 'after' };
      expect(await workAndDie(world, death, run)).toBe(true);
      const abandoned = latestRunOf(world);
      const again = (service: Running) => workOn(abandoned?.id ?? '', service);
      for (const when of ['before', 'after'] as const)
        expect(await workAndDie(world, { call: 60, when }, again)).toBe(true);
      const ran = await resume('resumed', world);
      expect([ran.run.id, ran.run.attempt]).toEqual([abandoned?.id, 2]);
      expectSame({ call, ...outcome(ran, world.tables) }, { call, ...expected });
      await expectWholeTrails(world.tables, tables);
    }
  });

  test('leaves only true answers for readers when it is continued', async () => {
    for (let call = 100; call < 1_000; call += 90) {
      const world = await worldOn(tables);
      expect(await workAndDie(world, { call, when: 'after' }, run)).toBe(true);
      await resume('retried', world);
      const answers = await askAll(questions, world.process());
      expect({ call, wrong: wrongAnswers(questions, answers, truth) }).toEqual({ call, wrong: [] });
    }
  });
});
