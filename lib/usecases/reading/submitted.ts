import type { Answer } from '../../domain/answer.ts';
import { isUnderway } from '../../domain/submission.ts';
import { bestEffort } from '../store-access.ts';
import type { LookupContext } from './lookup-context.ts';

/**
 * Rule SUBMIT-5: what this service has sent, and no node shows, is answered from the submission, labelled as stale, from the database.
 * Only an absence costs the store a read.
 */
export async function withSubmitted(
  answer: Answer,
  { ref, definition, options, storeTime, service }: LookupContext,
): Promise<Answer> {
  const { whileUnseen } = definition;
  if (answer.data !== null || whileUnseen === undefined || options.aheadOfNeed) return answer;
  const found = await bestEffort(service.submissions.find(ref.id), storeTime, service);
  if (found === undefined || !isUnderway(found)) return answer;
  const value = whileUnseen(found, answer.block.timestamp);
  return { ...answer, data: definition.present(ref.id, value, () => undefined), source: 'database', stale: true };
}
