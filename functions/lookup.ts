import { InvalidId, InvalidRequest } from '../lib/domain/errors.ts';
import { outcomeIn } from '../lib/runtime/batch-answer.ts';
import { batchBody, maxBatchBytes } from '../lib/runtime/batch-request.ts';
import { refuseForeignRef } from '../lib/runtime/entity-route.ts';
import { http } from '../lib/runtime/http.ts';
import { localPartsIn } from '../lib/runtime/local-parts.ts';
import { parse } from '../lib/runtime/parse.ts';
import { readOptionsOf } from '../lib/runtime/read-options.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { lookupMany } from '../lib/usecases/reading/lookup-many.ts';
import { withTokens } from '../lib/usecases/reading/with-tokens.ts';

const maxAnswerBytes = 5 * 1024 * 1024;

/** Looks up 1 to 100 entities of any kinds; one result for each, in order. */
export const handler = http(async (request, service) => {
  const options = readOptionsOf(request.headers['cache-control'], request.query.minHeight);
  const asked = parse(batchBody, request.json(maxBatchBytes)).refs;
  await request.charge(asked.length - 1);
  const render = outcomeIn(request.requestId, service);
  const locals = localPartsIn(asked, request.principal, service);
  const results = await lookupMany(
    asked,
    options,
    {
      maxBytes: maxAnswerBytes,
      admit: (ref) => refuseForeignRef(ref, request.principal, service.definitions),
      render: async (outcome, index) =>
        render(
          asked[index] as object,
          'error' in outcome
            ? { error: placed(outcome.error, index) }
            : { answer: await withTokens(outcome.answer, service) },
          (await locals)?.get(index),
        ),
    },
    { ...service, chainReads: request.chainReads },
  );
  return jsonReply({ results });
}, 'reader');

/** The fault of one item, by its place in the request. A kind knows its ids as `id`, `collection` and `tokenId`. */
function placed(error: unknown, index: number): unknown {
  if (error instanceof InvalidId) return error.at(`refs.${index}.id`);
  if (!(error instanceof InvalidRequest)) return error;
  return new InvalidRequest(error.errors.map(({ path, message }) => ({ path: `refs.${index}.${path}`, message })));
}
