import { describe, expect, test } from '@jest/globals';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { type Question, questionsOf } from '../../recorded-truth/questions.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { ask } from './follow.ts';
import { createWorld } from './world.ts';

describe.each(['chain-a', 'chain-d'] as const)('Of the transactions of %s', (recording) => {
  const truth = recordedTruth(recording);
  const questions = questionsOf(truth);
  const questionOn = (kind: string, id: unknown): Question =>
    questions.find((question) => question.kind === kind && question.id === id) as Question;

  /** The answer before the block, and the answer of the cache after it, without a call to a node. */
  async function across(height: number, question: Question) {
    const world = await createWorld({ recording, height: height - 1 });
    const service = world.process();
    await runTick(service);
    const before = await ask(question, service);
    world.setHeight(height);
    await runTick(service);
    const reader = world.process();
    const after = await ask(question, reader);
    expect(after).toMatchObject({ source: 'cache', block: truth.block(height), verifiedThrough: truth.block(height) });
    expect(reader.chain.calls()).toBe(0);
    return { before: before.data, after: after.data };
  }

  const failed = truth.transactions.filter(({ errorMessage }) => errorMessage !== null).slice(0, 12);

  test.each(failed)(
    'rule FOLLOW-2: one that fails in block $height changes the account of its initiator',
    async ({ hash, height }) => {
      const { initiator } = truth.transaction(hash, height) ?? {};
      const account = questionOn('account', initiator);
      const { before, after } = await across(height, account);
      expect([before, after]).toEqual([account.truth(height - 1), account.truth(height)]);
      expect(after).not.toEqual(before);
    },
  );

  const every = truth.transactions.filter((_, index) => index % 10 === 1);

  test.each(every)(
    'rule FOLLOW-2: a pending one has the result of block $height after it',
    async ({ hash, height, errorMessage }) => {
      const { before, after } = await across(height, questionOn('transaction', hash));
      expect([before, after]).toEqual([truth.transaction(hash, height - 1), truth.transaction(hash, height)]);
      expect(before).toMatchObject({ status: 'pending' });
      expect(after).toMatchObject({ status: errorMessage === null ? 'processed' : 'failed' });
    },
  );
});
