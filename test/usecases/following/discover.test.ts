import { describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll, wrongAnswers } from './follow.ts';
import { createWorld } from './world.ts';

describe.each(['chain-a', 'chain-d'] as const)(
  'rules KIND-5 and COLLECT-4: tokens of %s that were not looked up',
  (recording) => {
    const truth = recordedTruth(recording);
    const keyOf = ({ packageHash, tokenId }: (typeof truth.tokens)[0]): string => `asset#${packageHash}:${tokenId}`;
    const recordedIn = (tables: { readonly records: ReadonlyMap<string, unknown> }): string[] =>
      [...tables.records.keys()].filter((key) => key.startsWith('asset#')).sort();
    const thereAt = (height: number): string[] =>
      truth.tokens
        .filter((token) => truth.asset(token, height) !== null)
        .map(keyOf)
        .sort();

    test.each([1, 4])('are stored when the block that mints them is followed, %i blocks at a time', async (step) => {
      const world = await createWorld({ recording });
      const service = world.process();
      for (let height = 0; height <= truth.lastHeight; height += step) {
        world.setHeight(height);
        expect((await runTick(service)).stoppedBy).toBe('done');
        expect([height, recordedIn(world.tables)]).toEqual([height, thereAt(height)]);
      }
      const tokens = questionsOf(truth).filter(
        (question) => question.kind === 'asset' && question.truth(truth.lastHeight) !== null,
      );
      const reader = world.process();
      const answers = await askAll(tokens, reader);
      expect(wrongAnswers(tokens, answers, truth)).toEqual([]);
      expect(new Set(answers.map(({ source }) => source))).toEqual(new Set(['cache']));
      expect(reader.chain.calls()).toBe(0);
      expect(answers.filter(({ data }) => (data as { burnt: boolean }).burnt).length).toBeGreaterThan(0);
    });

    test('are not stored where their collection is not configured', async () => {
      const [[alias, collection]] = Object.entries(recordedExamples[recording].collections) as [
        [string, { package: string }],
      ];
      const env = { ASTAKE_COLLECTIONS: JSON.stringify({ [alias]: collection }) };
      const world = await createWorld({ recording, env });
      const service = world.process();
      for (let height = 0; height <= truth.lastHeight; height += 6) {
        world.setHeight(height);
        await runTick(service);
      }
      const own = thereAt(truth.lastHeight).filter((key) => key.startsWith(`asset#${collection.package}:`));
      expect(recordedIn(world.tables)).toEqual(own);
      expect(own.length).toBeGreaterThan(3);
      expect(own.length).toBeLessThan(truth.tokens.length);
    });
  },
);
