import { deadlineIn, pause } from '../../domain/deadline.ts';
import { digestOf } from '../../domain/digest.ts';
import { ChainUnavailable, LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import type { CheckedTransaction, StoredSubmission } from '../../domain/submission.ts';
import { type Settling, type SubmittingService, settle } from './settle.ts';

export interface Submitter {
  /** The name of the principal. */
  readonly by: string;
  readonly idempotencyKey?: string | undefined;
}

/** A process that waits for another one looks this often, and answers "unknown" at the latest after this time. */
const pollMs = 250;
const longestWaitMs = 20_000;

/**
 * Submits a checked transaction once, however many callers, processes and retries there are, and gives each of them the same outcome
 * (rule SUBMIT-1). Throws `idempotency_key_reused`, `rejected_by_chain`, ChainUnavailable where it reached no node, StoreUnavailable.
 */
export async function submit(
  transaction: CheckedTransaction,
  { by, idempotencyKey }: Submitter,
  service: SubmittingService & Pick<Service, 'memory'>,
): Promise<StoredSubmission> {
  const { hash } = transaction;
  if (idempotencyKey !== undefined) {
    const bound = await service.submissions.bindKey(by, idempotencyKey, hash, service.clock.now());
    if (bound !== hash)
      throw new LookupError('idempotency_key_reused', `the idempotency key was used for the transaction ${bound}`);
  }
  // Those who submit the same text to this process share one claim.
  const digest = digestOf(transaction.transaction);
  const settled = await service.memory.flight(`submission ${hash} ${digest}`, () =>
    untilSettled({ transaction, by }, digest, service),
  );
  const { state, reason, node, nodeCode } = settled;
  if (state === 'unsent')
    throw new ChainUnavailable(`it was not sent: no node could be given it (${reason}); submit it again`);
  if (state !== 'rejected') return settled;
  // What is not remembered passes with time: a clock that is ahead.
  const mayPass = settled.until <= Date.parse(settled.at);
  throw new LookupError('rejected_by_chain', `${node} refuses it: ${reason}`, {
    ...(mayPass && { retryable: true, retryAfter: 5 }),
    refusal: { reason: reason ?? '', nodeCode: nodeCode ?? 0 },
  });
}

async function untilSettled(settling: Settling, digest: string, service: SubmittingService): Promise<StoredSubmission> {
  const deadline = deadlineIn(longestWaitMs);
  for (;;) {
    const settled = await settle(settling, deadline, service);
    // The refusal of a text with other signatures, which another process has sent meanwhile, is no answer to this one.
    const isOfAnother = settled.state === 'rejected' && settled.digest !== digest;
    // A claim may have ended while this process looked at it: then the next step takes over.
    if (!isOfAnother && settled.state !== 'sending') return settled;
    if (deadline.remaining() <= pollMs) return settled;
    await pause(pollMs);
  }
}
