import type { Json, RecordedTruth } from '../support/recorded-truth.ts';
import type { Question } from './questions.ts';

/**
 * What a question's answer is at a height when the whole chain is there. A node knows a transaction as soon as it was made, which the
 * recording does not say: it is pending at the newest block of that time, and later (rule PAST-4).
 */
export function pastTruth(question: Question, height: number, truth: RecordedTruth): Json | null {
  const data = question.truth(height);
  if (data !== null || question.kind !== 'transaction' || height + 2 > truth.lastHeight) return data;
  const later = question.truth(height + 1);
  const isMade = later !== null && String(later.timestamp) <= truth.block(height + 1).timestamp;
  return isMade ? later : null;
}
