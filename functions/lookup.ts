import { InvalidId, InvalidRequest, LookupError } from '../lib/domain/errors.ts';
import { batchBody } from '../lib/runtime/batch-request.ts';
import { http } from '../lib/runtime/http.ts';
import { parse } from '../lib/runtime/parse.ts';
import { internalError, problemOf } from '../lib/runtime/problem.ts';
import { readOptionsOf } from '../lib/runtime/read-options.ts';
import { absenceOf, jsonReply, metaOf } from '../lib/runtime/reply.ts';
import { lookupMany } from '../lib/usecases/reading/lookup-many.ts';

const maxBodyBytes = 128 * 1024;
const maxAnswerBytes = 5 * 1024 * 1024;

/** Looks up 1 to 100 entities of any kinds; one result for each, in order. */
export const handler = http(async (request, service) => {
  const options = readOptionsOf(request.headers['cache-control'], request.query.minHeight);
  const asked = parse(batchBody, request.json(maxBodyBytes)).refs;
  const results = await lookupMany(
    asked,
    options,
    {
      maxBytes: maxAnswerBytes,
      render(outcome, index) {
        const ref = asked[index];
        if ('answer' in outcome) {
          const { answer } = outcome;
          const meta = metaOf(answer, request.requestId);
          if (answer.data !== null) return { ref, data: answer.data, meta };
          return { ref, error: problemOf(absenceOf(answer), request.requestId), meta };
        }
        if (outcome.error instanceof LookupError) {
          return { ref, error: problemOf(placed(outcome.error, index), request.requestId) };
        }
        service.log.error('defect', {
          ref,
          error: outcome.error instanceof Error ? outcome.error.stack : String(outcome.error),
        });
        return { ref, error: internalError(request.requestId) };
      },
    },
    service,
  );
  return jsonReply({ results });
});

/** The fault of one item, by its place in the request. A kind knows its ids as `id`, `collection` and `tokenId`. */
function placed(error: LookupError, index: number): LookupError {
  if (error instanceof InvalidId) return error.at(`refs.${index}.id`);
  if (!(error instanceof InvalidRequest)) return error;
  return new InvalidRequest(error.errors.map(({ path, message }) => ({ path: `refs.${index}.${path}`, message })));
}
