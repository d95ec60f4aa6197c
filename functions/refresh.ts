import middy from '@middy/core';
import type { EntityRef } from '../lib/domain/entity.ts';
import { messageOf } from '../lib/domain/errors.ts';
import { service } from '../lib/runtime/service.ts';
import { lookup } from '../lib/usecases/reading/lookup.ts';

const fromChain = { noCache: true, onlyIfCached: false, staleIfError: 0, aheadOfNeed: true } as const;

/**
 * Reads one entity from the chain ahead of need; invoked asynchronously, under the lease of whoever asked. One that
 * fails is not tried again: the next reader past the soft limit asks anew.
 */
export const handler = middy<EntityRef, { height: number | null }>().handler(async ({ kind, id }) => {
  const running = service();
  try {
    const { block } = await lookup({ kind, id }, fromChain, running);
    return { height: block.height };
  } catch (error) {
    running.log.warn('a refresh failed', { kind, id, error: messageOf(error) });
    return { height: null };
  } finally {
    running.telemetry.flush();
  }
});
