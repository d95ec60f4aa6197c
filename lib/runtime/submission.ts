import { InvalidRequest } from '../domain/errors.ts';
import { newestHead } from '../domain/progress.ts';
import type { StoredSubmission, SubmissionTerms } from '../domain/submission.ts';
import type { Running } from './service.ts';

/** What a submission is checked against now. Throws StoreUnavailable. */
export async function submissionTerms({ network, clock, snapshots, memory }: Running): Promise<SubmissionTerms> {
  const { progress } = await snapshots.current();
  const head = newestHead(progress.head, memory.head(), clock.steady());
  return { network, now: clock.now(), chainTime: head === undefined ? undefined : Date.parse(head.timestamp) };
}

export function submissionAnswer(submission: StoredSubmission) {
  const { hash, kind: type, state, initiator, timestamp, validUntil, outcome, block, node, at: since } = submission;
  const executedAt = state === 'ended' ? block : null;
  return { hash, type, state, initiator, timestamp, validUntil, outcome, executedAt, node, since };
}

/** Printable ASCII, as in the draft "The Idempotency-Key HTTP Header Field". Throws InvalidRequest. */
export function idempotencyKeyIn(headers: Readonly<Record<string, string>>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new InvalidRequest([
    { path: 'Idempotency-Key', message: 'must be 1 to 255 printable characters without a space' },
  ]);
}
