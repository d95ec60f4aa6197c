import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecordingName } from '../../infra/local/dev-chain/recording.ts';
import { type Local, startLocal } from '../support/local.ts';
import { type LiquidSettings, recordedTruth } from '../support/recorded-truth.ts';
import { type Answered, askAll, askInBatches, patient, truthOf } from './ask.ts';
import { countEncounters, type Encounters, sum } from './encounters.ts';
import { type Question, questionsOf } from './questions.ts';

export interface RecordingComparison {
  readonly recording: RecordingName;
  /** Blocks at which everything is asked of the chain, rising. */
  readonly heights: readonly number[];
  /** Of these, the ones where everything is then asked in batches too. */
  readonly batchesAt: readonly number[];
  /** Blocks between them at which everything is asked twice, with the cache allowed. */
  readonly cachedAt: readonly number[];
  readonly liquid: LiquidSettings;
  /** What the recording contains, counted by hand from its scenario. */
  readonly holds: Readonly<Record<'collections' | 'tokens' | 'accounts' | 'transactions', number>>;
  /** What the answers must contain, so that no comparison passes without having met it. */
  readonly encounters: Encounters;
}

const kinds = ['asset', 'collection', 'account', 'staking', 'transaction'] as const;

/** Every answer equals the recorded chain, block after block, on one service that keeps what it has seen before. */
export function describeComparison({
  recording,
  heights,
  batchesAt,
  cachedAt,
  liquid,
  holds,
  encounters,
}: RecordingComparison): void {
  const truth = recordedTruth(recording);
  const questions = questionsOf(truth, liquid);
  const of = (kind: Question['kind']) => questions.filter((question) => question.kind === kind);
  const met: Encounters[] = [];
  let local: Local;
  beforeAll(async () => {
    const settings = { ...liquid, itemKey: 'base64-key' };
    const env = {
      ASTAKE_LIQUID_STAKING: JSON.stringify(settings),
      ...patient,
      ...(truth.hasProofs && { ASTAKE_ANCHOR: `0:${truth.block(0).hash}` }),
    };
    local = await startLocal({ recording, height: heights[0] ?? 0, env });
  });
  afterAll(() => local?.close());

  /** Each answer is the chain's at its own block, and at the one that it is verified through. */
  function expectTrue(answers: readonly Answered[]): void {
    for (const named of ['block', 'verifiedThrough'] as const) {
      const expected = questions.map((question, index) => {
        const { block, verifiedThrough, source } = answers[index] as Answered;
        const at = named === 'block' ? block : verifiedThrough;
        return {
          ...truthOf(question, at.height, truth),
          block: truth.block(block.height),
          verifiedThrough,
          source,
        };
      });
      expect(answers).toStrictEqual(expected);
    }
  }

  test('the recording holds what its scenario says', () => {
    const { collections, tokens, accounts, transactions } = truth;
    expect({
      collections: collections.length,
      tokens: tokens.length,
      accounts: accounts.length,
      transactions: transactions.length,
    }).toEqual(holds);
  });

  for (const height of [...heights, ...cachedAt].sort((a, b) => a - b)) {
    describe(`at block ${height}`, () => {
      beforeAll(() => local.setHeight(height));

      if (heights.includes(height)) {
        test.each(kinds)('every %s is what the chain has', async (kind) => {
          const asked = of(kind);
          const answers = await askAll(local, asked);
          expect(answers).toStrictEqual(asked.map((question) => truthOf(question, height, truth)));
          met.push(countEncounters(answers));
        });
      }

      if (batchesAt.includes(height)) {
        test('batches of a hundred say the same, in the order asked', async () => {
          const answers = await askInBatches(local, questions);
          expect(answers).toStrictEqual(questions.map((question) => truthOf(question, height, truth)));
        });
      }

      if (cachedAt.includes(height)) {
        test('what the cache answers holds from its block through the one it is verified through', async () => {
          const first = await askAll(local, questions, {});
          expectTrue(first);
          // However long the first round took: no answer is too old for the second one.
          const again = await askAll(local, questions, { 'cache-control': 'max-stale=86400' });
          expectTrue(again);
          // An absence is not always kept, and what becomes of a pending transaction may have been read in the meantime.
          const isLasting = ({ data }: Answered) => data !== null && data.status !== 'pending';
          const lasting = again.filter((_, index) => isLasting(first[index] as Answered));
          expect(lasting.length).toBeGreaterThan(questions.length / 2);
          expect(lasting.filter(({ source }) => source !== 'cache')).toEqual([]);
        });
      }
    });
  }

  test('the comparison met everything that the recording contains', () => {
    expect(sum(met)).toEqual(encounters);
    expect(encounters.answers).toBe(heights.length * questions.length);
  });
}
