import { invalidationRequestSchema } from '../lib/runtime/contract/requests.ts';
import { http } from '../lib/runtime/http.ts';
import { cursorBehind, invalidationOf } from '../lib/runtime/invalidation-request.ts';
import { parse } from '../lib/runtime/parse.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { invalidatePattern, renewOwned } from '../lib/usecases/reading/invalidate.ts';

const maxBodyBytes = 8 * 1024;

/** Invalidates the cache entries of a kind or a collection, or reads an owner's records again. */
export const handler = http(async (request, service) => {
  const asked = invalidationOf(parse(invalidationRequestSchema, request.json(maxBodyBytes)), service);
  if ('pattern' in asked) {
    const { marker, warmed } = await invalidatePattern(asked.pattern, service, request.principal.name);
    return jsonReply({ marker, renewed: 0, remaining: 0, next: null, warmed }, 202);
  }
  const { renewed, remaining, last } = await renewOwned(
    asked.owned,
    { ...service, onBehalfOf: request.principal.name },
    request.principal.name,
  );
  return jsonReply({ marker: null, renewed, remaining, next: cursorBehind(last, asked.query), warmed: 0 }, 202);
});
