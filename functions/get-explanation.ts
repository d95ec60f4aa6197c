import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { findExplanation } from '../lib/usecases/explaining/find-explanation.ts';

/** Says why a request was answered as it was. */
export const handler = http(async ({ parameters: { requestId = '' } }, service) =>
  jsonReply(await findExplanation(requestId, service)),
);
