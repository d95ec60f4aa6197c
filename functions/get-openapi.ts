import { gzipSync } from 'node:zlib';
import { type FixedBody, fixedReply } from '../lib/runtime/content-coding.ts';
import { openApi } from '../lib/runtime/contract/openapi.ts';
import { tagOf } from '../lib/runtime/entity-tag.ts';
import { http } from '../lib/runtime/http.ts';

let document: FixedBody | undefined;

/** The contract as OpenAPI 3.1, generated from the schemas of requests and answers. */
export const handler = http(async ({ headers }) => {
  document ??= documentOf(JSON.stringify(openApi()));
  return fixedReply(document, headers, { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' });
}, 'anyone');

function documentOf(text: string): FixedBody {
  const plain = Buffer.from(text);
  return { plain, gzipped: gzipSync(plain), etag: tagOf(plain) };
}
