import { expect } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/recorded-examples.ts';
import type { Answer } from '../../../lib/domain/answer.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { type Question, questionsOf } from '../../walk/questions.ts';
import { lies } from '../follow.ts';
import { liquidOf } from '../liquid.ts';
import type { World } from '../world.ts';

/**
 * A position in the liquid-staking contract of chain-d, and the account that has it. The rate changes at 83, 85, 88 and 100;
 * the position's own keys are written at 72, 75, 83, 87 and 90, and eras end at 78, 91 and 104.
 */
export const truth = recordedTruth('chain-d');
export const liquid = liquidOf['chain-d'];
export const basisName = `liquid:${liquid.package}`;
const holder = recordedExamples['chain-d'].owner;
export const staking = asked('staking', holder);
export const account = asked('account', holder);

export function asked(kind: Question['kind'], id: string): Question {
  const found = questionsOf(truth, liquid).find((question) => question.kind === kind && question.id === id);
  if (found === undefined) throw new Error(`the recording has no ${kind} ${id}`);
  return found;
}

/** The answer is what the recording holds, at its block and at the one it is verified through. */
export const expectTrue = (question: Question, answer: Answer): void =>
  expect(lies([question], [answer], truth)).toEqual([]);

export const claimOf = ({ source, block, verifiedThrough }: Answer) => ({
  source,
  at: block.height,
  through: verifiedThrough.height,
});

export function basisIn({ tables }: World): EntityRecord {
  const basis = tables.records.get(`basis#${basisName}`);
  if (basis === undefined) throw new Error('no basis is stored');
  return basis;
}
