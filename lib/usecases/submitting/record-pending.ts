import { messageOf } from '../../domain/errors.ts';
import { defaultReadOptions } from '../../domain/freshness.ts';
import type { Service } from '../../domain/service.ts';
import { type StoredSubmission, transactionRef } from '../../domain/submission.ts';
import { lookup } from '../reading/lookup.ts';

/**
 * Rule SUBMIT-4: reads an accepted transaction, which saves it as pending, on behalf of the principal that submitted it: from then on sync follows
 * it (rule KIND-2). One that has a record is not read again, however often it is submitted. The submission stands whatever comes of
 * this: sync records it (rule SUBMIT-6).
 */
export async function recordPending({ hash, state, by }: StoredSubmission, service: Service): Promise<void> {
  if (state !== 'accepted') return;
  const ref = transactionRef(hash);
  try {
    if ((await service.records.get(ref)) === undefined) await lookup(ref, readingFor(by), service);
  } catch (error) {
    service.log.warn('a submitted transaction is not recorded as pending', { error: messageOf(error) });
  }
}

/** The chain's own answer, saved as the work of the principal that submitted the transaction. */
export const readingFor = (principal: string) =>
  ({
    ...defaultReadOptions,
    noCache: true,
    staleIfError: 0,
    aheadOfNeed: true,
    asNodesSay: true,
    because: { cause: 'submission', actor: principal },
  }) as const;
