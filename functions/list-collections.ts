import * as z from 'zod/mini';
import { collectionKind } from '../lib/entities/collection.ts';
import { mayUse } from '../lib/runtime/access/admit.ts';
import { outcomeIn } from '../lib/runtime/batch-answer.ts';
import { http } from '../lib/runtime/http.ts';
import { localPartsIn } from '../lib/runtime/local-parts.ts';
import { nextAfter, pageOf } from '../lib/runtime/page.ts';
import { readOptionsOf } from '../lib/runtime/read-options.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { lookupMany } from '../lib/usecases/reading/lookup-many.ts';
import { tokensOfPage, withTokens } from '../lib/usecases/reading/with-tokens.ts';

const maxAnswerBytes = 5 * 1024 * 1024;
const bound = JSON.stringify(['collections']);

/** Looks up the configured collections that the caller may use, by their package hashes; one outcome for each. */
export const handler = http(async (request, service) => {
  const { query, headers, requestId, principal } = request;
  const options = readOptionsOf(headers['cache-control'], query.minHeight);
  const { limit, after = '' } = pageOf(query, bound, z.string().check(z.regex(/^[0-9a-f]{64}$/)));
  const configured = Object.values(service.config.collections).map((one) => one.package);
  const behind = [...new Set(configured)].filter((id) => id > after && mayUse(principal, id)).sort();
  const refs = behind.slice(0, limit).map((id) => ({ kind: collectionKind, id }));
  await request.charge(Math.max(0, refs.length - 1));
  const render = outcomeIn(requestId, service);
  const tokens = tokensOfPage(
    refs.map(({ id }) => id),
    service,
  );
  const locals = localPartsIn(refs, principal, service);
  const items = await lookupMany(
    refs,
    options,
    {
      maxBytes: maxAnswerBytes,
      render: async (outcome, index) =>
        render(
          refs[index] as object,
          'answer' in outcome ? { answer: await withTokens(outcome.answer, service, tokens) } : outcome,
          (await locals)?.get(index),
        ),
    },
    { ...service, chainReads: request.chainReads },
  );
  const next = behind.length > limit ? refs.at(-1)?.id : undefined;
  return jsonReply({ items, next: nextAfter(next, bound) });
}, 'reader');
