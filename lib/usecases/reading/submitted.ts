import type { Answer } from '../../domain/answer.ts';
import { isUnderway, onPresentFork } from '../../domain/submission.ts';
import { bestEffort } from '../store-access.ts';
import type { LookupContext } from './lookup-context.ts';

/**
 * Rule SUBMIT-5: what this service has sent, and no node shows, is answered from the submission, labelled as stale, from the database.
 * Only an absence costs the store a read.
 */
export async function withSubmitted(
  answer: Answer,
  { ref, definition, options, storeTime, snapshot, service }: LookupContext,
): Promise<Answer> {
  const { whileUnseen } = definition;
  if (answer.data !== null || whileUnseen === undefined || options.asNodesSay) return answer;
  const stored = await bestEffort(service.submissions.find(ref.id), storeTime, service);
  const found = stored && snapshot ? onPresentFork(stored, snapshot.progress) : stored;
  // Rule SUBMIT-7 decides what counts as underway. One that has expired stays expired: the answer's block is what says so.
  if (found === undefined || !(isUnderway(found) || found.state === 'expired')) return answer;
  const value = whileUnseen(found, answer.block.timestamp);
  // Rule PROOF-2: an absence is not proved, and no more is what was submitted.
  return { ...answer, data: definition.present(ref.id, value, () => undefined), source: 'database', stale: true };
}
