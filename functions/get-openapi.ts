import { openApi } from '../lib/runtime/contract/openapi.ts';
import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';

let document: ReturnType<typeof openApi> | undefined;

/** The contract as OpenAPI 3.1, made of the schemas that requests and answers are held against. */
export const handler = http(async () => {
  document ??= openApi();
  return jsonReply(document, 200, { 'cache-control': 'max-age=300' });
});
