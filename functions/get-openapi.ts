import { openApi } from '../lib/runtime/contract/openapi.ts';
import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';

let document: ReturnType<typeof openApi> | undefined;

/** The contract as OpenAPI 3.1, generated from the schemas of requests and answers. */
export const handler = http(async () => {
  document ??= openApi();
  return jsonReply(document, 200, { 'cache-control': 'max-age=300' });
});
