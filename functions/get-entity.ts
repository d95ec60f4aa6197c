import { refOf } from '../lib/runtime/entity-route.ts';
import { http } from '../lib/runtime/http.ts';
import { readOptionsOf } from '../lib/runtime/read-options.ts';
import { answerReply } from '../lib/runtime/reply.ts';
import { lookup } from '../lib/usecases/reading/lookup.ts';

/** Looks up one entity of any kind. */
export const handler = http(async (request, service) => {
  const options = readOptionsOf(request.headers['cache-control'], request.query.minHeight);
  const answer = await lookup(refOf(request, service.definitions), options, service);
  return answerReply(answer, request.requestId, request.headers['if-none-match']);
});
