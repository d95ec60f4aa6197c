import { describe, expect, test } from '@jest/globals';
import pLimit from 'p-limit';
import { definitionOf } from '../../lib/usecases/reading/lookup.ts';
import { lookupAt } from '../../lib/usecases/reading/lookup-at.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { startService } from '../support/service.ts';
import { pastTruth } from './past-truth.ts';
import { questionsOf } from './questions.ts';

/** 1: every question at every height, which takes minutes. */
const step = Number(process.env.PAST_STEP ?? 41);
const atOnce = 20;

describe.each([{ recording: 'chain-a' }, { recording: 'chain-d' }, { recording: 'chain-e' }] as const)(
  '$recording: ?at= equals the recording, from the chain',
  ({ recording }) => {
    const truth = recordedTruth(recording);
    const questions = questionsOf(truth);

    test('at every height, for every kind (rules PAST-1, PAST-2 and PAST-4)', async () => {
      const { service, store, close } = await startService({
        recording,
        height: truth.lastHeight,
        env: { ASTAKE_ABSENT_CALLS_PER_MINUTE: '0' },
      });
      const limit = pLimit(atOnce);
      const heights = Array.from({ length: truth.lastHeight + 1 }, (_, height) => height);
      const asked = questions.flatMap((question, index) =>
        heights.filter((height) => (height + index) % step === 0).map((height) => ({ question, height })),
      );
      const answers = await limit.map(asked, async ({ question: { kind, id }, height: at }) => {
        const canonical = definitionOf({ kind }, service).canonicalId(id);
        const answer = await lookupAt({ kind, id: canonical }, { at, noCache: true, onlyIfCached: false }, service);
        return { id, data: answer.data, source: answer.source, block: answer.block };
      });
      const expected = asked.map(({ question, height }) => ({
        id: question.id,
        data: pastTruth(question, height, truth),
        source: 'chain',
        block: truth.block(height),
      }));
      expect(JSON.parse(JSON.stringify(answers))).toStrictEqual(expected);
      expect(new Set(asked.map(({ height }) => height))).toEqual(new Set(heights));
      const kept = await store.records.getMany(asked.map(({ question: { kind, id } }) => ({ kind, id })));
      expect(kept.filter((record) => record !== undefined)).toEqual([]);
      await close();
    }, 3_600_000);
  },
);
