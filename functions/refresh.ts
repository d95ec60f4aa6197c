import type { EntityRef } from '../lib/domain/entity.ts';
import { messageOf } from '../lib/domain/errors.ts';
import { invoked } from '../lib/runtime/invocation.ts';
import { lookup } from '../lib/usecases/reading/lookup.ts';

const fromChain = { noCache: true, onlyIfCached: false, staleIfError: 0, aheadOfNeed: true } as const;

/**
 * Reads one entity from the chain ahead of need; invoked asynchronously. A refresh that fails is not retried: the next
 * reader past the soft limit requests another one.
 */
export const handler = invoked(async ({ kind, id }: EntityRef, service) => {
  try {
    const { block } = await lookup({ kind, id }, fromChain, service);
    return { height: block.height };
  } catch (error) {
    service.log.warn('a refresh failed', { kind, id, error: messageOf(error) });
    return { height: null };
  }
});
