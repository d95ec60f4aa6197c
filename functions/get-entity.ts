import { refOf } from '../lib/runtime/entity-route.ts';
import { http } from '../lib/runtime/http.ts';
import { readOptionsOf } from '../lib/runtime/read-options.ts';
import { answerReply } from '../lib/runtime/reply.ts';
import { waitSecondsOf } from '../lib/runtime/wait-request.ts';
import { definitionOf } from '../lib/usecases/reading/lookup.ts';
import { lookupAndWait } from '../lib/usecases/reading/lookup-and-wait.ts';

/** Looks up one entity of any kind; a transaction may be waited for. */
export const handler = http(async (request, service) => {
  const options = readOptionsOf(request.headers['cache-control'], request.query.minHeight);
  const ref = refOf(request, service.definitions);
  const seconds = waitSecondsOf(request.query.wait, definitionOf(ref, service), options);
  const answer = await lookupAndWait(ref, options, seconds, service);
  return answerReply(answer, request.requestId, request.headers['if-none-match']);
}, 'reader');
