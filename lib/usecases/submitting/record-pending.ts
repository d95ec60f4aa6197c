import { messageOf } from '../../domain/errors.ts';
import { defaultReadOptions } from '../../domain/freshness.ts';
import type { Service } from '../../domain/service.ts';
import type { StoredSubmission } from '../../domain/submission.ts';
import { lookup } from '../reading/lookup.ts';

/**
 * Reads an accepted transaction, which saves it as pending: from then on sync follows it (rule KIND-2). The submission stands
 * whatever comes of this: the next reader records it.
 */
export async function recordPending({ hash, state }: StoredSubmission, service: Service): Promise<void> {
  if (state !== 'accepted') return;
  const options = { ...defaultReadOptions, noCache: true, staleIfError: 0 };
  await lookup({ kind: 'transaction', id: hash }, options, service).catch((error: unknown) =>
    service.log.warn('a submitted transaction is not recorded as pending', { error: messageOf(error) }),
  );
}
