import * as z from 'zod/mini';
import { InvalidRequest } from '../lib/domain/errors.ts';
import { resolveCollection } from '../lib/entities/collections.ts';
import { mayUse, refuseForeignCollection } from '../lib/runtime/access/admit.ts';
import { http } from '../lib/runtime/http.ts';
import { localPartsIn } from '../lib/runtime/local-parts.ts';
import { ownerOf } from '../lib/runtime/owner.ts';
import { fillPage, nextAfter, pageOf } from '../lib/runtime/page.ts';
import { readOptionsOf } from '../lib/runtime/read-options.ts';
import { dataOf, jsonReply, metaOf } from '../lib/runtime/reply.ts';
import { findByOwner, type OwnedRecords } from '../lib/usecases/reading/find.ts';

const notFromChain =
  'no-cache: a list is answered from the database; read its items from the chain with POST /v1/lookup';

/** Lists an owner's assets that were looked up or discovered. The list is never complete, and says so. */
export const handler = http(async ({ query, headers, requestId, principal }, service) => {
  const options = readOptionsOf(headers['cache-control'], undefined);
  if (options.noCache) throw new InvalidRequest([{ path: 'Cache-Control', message: notFromChain }]);
  if (!query.owner) throw new InvalidRequest([{ path: 'owner', message: 'is required' }]);
  const owner = ownerOf(query.owner);
  const collection =
    query.collection === undefined
      ? undefined
      : resolveCollection(query.collection, service.config.collections).package;
  refuseForeignCollection(principal, collection ?? null);
  const prefix = collection === undefined ? '' : `${collection}:`;
  const bound = JSON.stringify(['assets', owner, collection ?? null]);
  let followed: OwnedRecords['followed'] = null;
  const { rows, last } = await fillPage(
    pageOf(query, bound, assetWithin(prefix)),
    async ({ limit, after }) => {
      const found = await findByOwner(
        'asset',
        owner,
        { limit, options, prefix, ...(after !== undefined && { after }) },
        service,
      );
      followed = found.followed;
      const answers = found.answers.filter(({ ref }) => mayUse(principal, ref.id.slice(0, ref.id.indexOf(':'))));
      const locals = await localPartsIn(
        answers.map(({ ref }) => ref),
        principal,
        service,
      );
      return {
        items: answers.map((answer, at) => ({ answer, local: locals?.get(at) })),
        last: found.last?.id,
      };
    },
    ({ answer, local }) => ({
      data: answer.data && dataOf(answer.data, local),
      meta: metaOf(answer, requestId, local),
    }),
    ({ answer }) => answer.ref.id,
  );
  return jsonReply({
    items: rows,
    complete: false,
    next: nextAfter(last, bound),
    meta: { source: 'database', block: followed, requestId },
  });
}, 'reader');

const assetWithin = (prefix: string) =>
  z.string().check(
    z.regex(/^[0-9a-f]{64}:./s),
    z.maxLength(200),
    z.refine((id) => id.startsWith(prefix) && id.isWellFormed()),
  );
