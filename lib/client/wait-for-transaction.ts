import type { Schemas } from './contract.ts';
import { RefusedError } from './errors.ts';
import type { ClientCallOptions } from './methods.ts';
import type { CallBody } from './pages.ts';
import { startTimeLimit } from './time-limit.ts';

const ordinaryTimeoutMs = 300_000;
const longestWaitSeconds = 25;
/** The service may answer at once, where too many callers wait. */
const shortestRoundMs = 2_000;

/**
 * Asks until the transaction is `processed`, `failed` or `expired`. A transaction that no node knows yet is waited for too.
 * `timeoutMs`: 5 minutes. Throws `timeout` when it is over.
 */
export async function waitForTransaction(
  hash: string,
  { signal, timeoutMs = ordinaryTimeoutMs, ...options }: ClientCallOptions,
  callBody: CallBody,
  now: () => number,
): Promise<Schemas['TransactionAnswer']> {
  const limit = startTimeLimit(timeoutMs, now, signal);
  try {
    for (;;) {
      const began = now();
      const wait = Math.max(1, Math.min(longestWaitSeconds, Math.floor(limit.left() / 1_000)));
      const asked = callBody('getTransaction', { hash, wait }, { ...options, signal: limit.signal });
      const answer = (await asked.catch(ofUnknown)) as Schemas['TransactionAnswer'] | undefined;
      if (answer !== undefined && answer.data.status !== 'pending') return answer;
      await limit.wait(Math.max(0, shortestRoundMs - (now() - began)));
    }
  } catch (error) {
    throw limit.failure() ?? error;
  } finally {
    limit.end();
  }
}

/** A transaction that is not known may still arrive. */
function ofUnknown(error: unknown): undefined {
  if (error instanceof RefusedError && error.status === 404) return undefined;
  throw error;
}
