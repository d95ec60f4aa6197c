import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { idempotencyKeyIn, submissionAnswer, submissionTerms } from '../lib/runtime/submission.ts';
import { recordPending } from '../lib/usecases/submitting/record-pending.ts';
import { submit } from '../lib/usecases/submitting/submit.ts';

/** Room for the largest transaction, and for the ways in which it may be wrapped. */
const maxBodyBytes = 2_700_000;
/** About the time of a block, in seconds. */
const retryAfter = '8';

/** Sends a client-signed transaction to the chain first; it is then stored as pending, and followed. */
export const handler = http(async (request, service) => {
  const idempotencyKey = idempotencyKeyIn(request.headers);
  const text = request.text(maxBodyBytes);
  const transaction = await service.chain.checked(text, await submissionTerms(service));
  const submission = await submit(transaction, { by: request.principal.name, idempotencyKey }, service);
  await recordPending(submission, service);
  return jsonReply(submissionAnswer(submission), 202, {
    location: `/v1/transactions/${submission.hash}`,
    'retry-after': retryAfter,
  });
});
