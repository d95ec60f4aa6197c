import middy from '@middy/core';
import type { EntityRef } from '../lib/domain/entity.ts';
import { service } from '../lib/runtime/service.ts';
import { lookup } from '../lib/usecases/lookup.ts';

/** Reads one entity from the chain ahead of need; invoked asynchronously, under the lease of whoever asked. */
export const handler = middy<EntityRef, { height: number }>().handler(async ({ kind, id }) => {
  const running = service();
  const { block } = await lookup({ kind, id }, { noCache: true, onlyIfCached: false, staleIfError: 0 }, running);
  running.telemetry.flush();
  return { height: block.height };
});
