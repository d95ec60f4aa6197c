import { setTimeout as pause } from 'node:timers/promises';
import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { StoreUnavailable } from '../../domain/errors.ts';

export interface Pauses {
  /** The pause before the next attempt of what failed so many times. */
  backoff(attempt: number): Promise<void>;
}

const attempts = 5;
const firstPauseMs = 20;

/**
 * Repeats a write that was refused only because another transaction holds one of its items, or because of throttling inside
 * the transaction: nothing was written, and the SDK does not repeat such a write by itself. After a few attempts it throws
 * StoreUnavailable.
 */
export async function uncontested<Answer>({ backoff }: Pauses, write: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!isContention(error)) throw error;
      if (attempt === attempts) throw new StoreUnavailable('the database stays contended', error);
      await backoff(attempt);
    }
  }
}

/** Full jitter: writers that failed together do not come back together. */
export const backoffBy =
  (chance: () => number): Pauses['backoff'] =>
  (attempt) =>
    pause(chance() * firstPauseMs * 2 ** attempt);

const passing = new Set(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** A failed condition is an answer: it ends the attempts, whatever the other reasons are. */
export function isContention(error: unknown): boolean {
  if (error instanceof TransactionConflictException) return true;
  if (!(error instanceof TransactionCanceledException)) return false;
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
  return codes.some((code) => code !== 'None') && codes.every((code) => passing.has(code));
}
