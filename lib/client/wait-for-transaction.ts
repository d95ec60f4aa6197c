import type { Schemas } from './contract.ts';
import { ClientError, InvalidCallError, RefusedError } from './errors.ts';
import type { ClientCallOptions } from './methods.ts';
import type { CallBody } from './pages.ts';
import { startTimeLimit } from './time-limit.ts';

const ordinaryTimeoutMs = 300_000;
const longestWaitSeconds = 25;
/** The service may answer at once, where too many callers wait, or none may answer. */
const shortestRoundMs = 2_000;

/**
 * Asks until the transaction is `processed`, `failed` or `expired`. A transaction that no node knows yet is waited for too, and
 * failures that may pass do not end it.
 * `timeoutMs`: 5 minutes. Throws `timeout` when it is over.
 */
export async function waitForTransaction(
  hash: string,
  { signal, timeoutMs = ordinaryTimeoutMs, ...options }: ClientCallOptions,
  callBody: CallBody,
  now: () => number,
): Promise<Schemas['TransactionAnswer']> {
  if (typeof hash !== 'string') throw new InvalidCallError('the hash of a transaction is a text');
  const limit = startTimeLimit(timeoutMs, now, signal);
  try {
    for (;;) {
      const began = now();
      const wait = Math.max(1, Math.min(longestWaitSeconds, Math.floor(limit.left() / 1_000)));
      const asked = callBody('getTransaction', { hash, wait }, { ...options, signal: limit.signal });
      const answer = (await asked.catch(passing)) as Schemas['TransactionAnswer'] | ClientError;
      if (!(answer instanceof ClientError) && answer.data.status !== 'pending') return answer;
      const pause = Math.max(shortestRoundMs - (now() - began), pauseAfter(answer));
      await limit.wait(Math.max(0, Math.min(pause, limit.left())));
    }
  } catch (error) {
    throw limit.failure() ?? error;
  } finally {
    limit.end();
  }
}

/** A transaction that is not known may still arrive. */
function passing(error: unknown): ClientError {
  if (error instanceof RefusedError && error.status === 404) return error;
  if (error instanceof ClientError && error.retryable) return error;
  throw error;
}

const pauseAfter = (answer: Schemas['TransactionAnswer'] | ClientError): number =>
  answer instanceof ClientError ? (answer.retryAfter ?? 0) * 1_000 : 0;
