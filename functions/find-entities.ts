import * as z from 'zod/mini';
import { InvalidRequest } from '../lib/domain/errors.ts';
import type { Principal } from '../lib/domain/principal.ts';
import { resolveCollection } from '../lib/entities/collections.ts';
import { mayUse, refuseForeignCollection } from '../lib/runtime/access/admit.ts';
import { http, type Request } from '../lib/runtime/http.ts';
import { localPartsIn } from '../lib/runtime/local-parts.ts';
import { ownerOf } from '../lib/runtime/owner.ts';
import { fillPage, maxLimit, nextAfter, pageOf } from '../lib/runtime/page.ts';
import { readOptionsOf } from '../lib/runtime/read-options.ts';
import { dataOf, jsonReply, metaOf } from '../lib/runtime/reply.ts';
import type { Running } from '../lib/runtime/service.ts';
import { wholeListsIn } from '../lib/runtime/whole-lists-answer.ts';
import { findListed, type List, type ListedRecords } from '../lib/usecases/reading/find.ts';

const notFromChain =
  'no-cache: a list is answered from the database; read its items from the chain with POST /v1/lookup';
const ownerRequired = 'is required; the assets of a collection: GET /v1/collections/{collection}/assets';

/** Lists an owner's assets, or those of a collection, that are in the database, and says whether these are all. */
export const handler = http(async (request, service) => {
  const { query, headers, requestId, principal } = request;
  const options = readOptionsOf(headers['cache-control'], undefined);
  if (options.noCache) throw new InvalidRequest([{ path: 'Cache-Control', message: notFromChain }]);
  const list = listOf(request, service);
  refuseForeignCollection(principal, list.collection ?? null);
  const bound = JSON.stringify(['assets', list]);
  const collections = collectionsOf(list, principal, service);
  let found: ListedRecords | undefined;
  const { rows, last } = await fillPage(
    pageOf(query, bound, assetWithin(list.collection === undefined ? '' : `${list.collection}:`)),
    async (page) => {
      found = await findListed({ kind: 'asset', list, options, collections, ...page }, service);
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
    // One query and one batch of records, however long the page is.
    maxLimit,
  );
  return jsonReply({
    items: rows,
    complete: found?.exactAt != null,
    collections: found?.collections.map(wholeListsIn) ?? [],
    next: nextAfter(last, bound),
    meta: { source: 'database', block: found?.exactAt ?? found?.followed ?? null, requestId },
  });
}, 'reader');

function listOf({ parameters, query }: Request, { config }: Running): List {
  const packageOf = (name: string): string => resolveCollection(name, config.collections).package;
  if (parameters.collection !== undefined) return { collection: packageOf(parameters.collection) };
  if (!query.owner) throw new InvalidRequest([{ path: 'owner', message: ownerRequired }]);
  const owner = ownerOf(query.owner);
  return query.collection === undefined ? { owner } : { owner, collection: packageOf(query.collection) };
}

/** What an answer is complete about: the collection that was asked for, or all configured ones that the caller may use. */
function collectionsOf({ collection }: List, principal: Principal, { config }: Running): readonly string[] {
  if (collection !== undefined) return [collection];
  const configured = Object.values(config.collections).map((one) => one.package);
  return [...new Set(configured)].filter((one) => mayUse(principal, one)).sort();
}

const assetWithin = (prefix: string) =>
  z.string().check(
    z.regex(/^[0-9a-f]{64}:./s),
    z.maxLength(200),
    z.refine((id) => id.startsWith(prefix) && id.isWellFormed()),
  );
