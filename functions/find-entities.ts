import { InvalidRequest } from '../lib/domain/errors.ts';
import { resolveCollection } from '../lib/entities/collections.ts';
import { http } from '../lib/runtime/http.ts';
import { ownerOf } from '../lib/runtime/owner.ts';
import { cursorAfter, pageOf } from '../lib/runtime/page.ts';
import { readOptionsOf } from '../lib/runtime/read-options.ts';
import { jsonReply, metaOf } from '../lib/runtime/reply.ts';
import { findByOwner } from '../lib/usecases/reading/find.ts';

const notFromChain =
  'no-cache: a list is answered from the database; read its items from the chain with POST /v1/lookup';

/** Lists an owner's assets that were looked up or discovered. The list is never complete, and says so. */
export const handler = http(async ({ query, headers, requestId }, service) => {
  const options = readOptionsOf(headers['cache-control'], undefined);
  if (options.noCache) throw new InvalidRequest([{ path: 'Cache-Control', message: notFromChain }]);
  if (!query.owner) throw new InvalidRequest([{ path: 'owner', message: 'is required' }]);
  const owner = ownerOf(query.owner);
  const collection = query.collection && resolveCollection(query.collection, service.config.collections).package;
  const bound = JSON.stringify(['assets', owner, collection ?? null]);
  const { limit, after } = pageOf(query, bound);
  const page = {
    limit,
    options,
    ...(collection && { prefix: `${collection}:` }),
    ...(after !== undefined && { after }),
  };
  const { answers, last, followed } = await findByOwner('asset', owner, page, service);
  return jsonReply({
    items: answers.map((answer) => ({ data: answer.data, meta: metaOf(answer, requestId) })),
    complete: false,
    next: last === undefined ? null : cursorAfter(last.id, bound),
    meta: { source: 'database', block: followed, requestId },
  });
});
