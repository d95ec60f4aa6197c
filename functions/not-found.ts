import { operations } from '../lib/runtime/contract/operations.ts';
import { http } from '../lib/runtime/http.ts';
import { pageRoutes } from '../lib/runtime/page-routes.ts';
import { notFound } from '../lib/runtime/problem.ts';
import { emptyReply, methodNotAllowedReply } from '../lib/runtime/reply.ts';
import { methodsOn } from '../lib/runtime/route-of-path.ts';

/** Answers every request that no other route matches: a known path with another method, or an unknown path. */
export const handler = http(async ({ method, path, requestId }) => {
  const allowed = methodsOn(path, [...operations, ...pageRoutes]);
  if (allowed.length > 0) {
    const allow = [...allowed, 'OPTIONS'].join(', ');
    return method === 'OPTIONS' ? emptyReply(204, { allow }) : methodNotAllowedReply(method, allow, requestId);
  }
  const hasSlash = path.endsWith('/') && methodsOn(path.slice(0, -1), operations).length > 0;
  throw notFound(`there is no such route${hasSlash ? '; a path does not end with a slash' : ''}${hintAbout(path)}`);
});

/** A slash in a token id, encoded or not, makes another path of it. */
const hintAbout = (path: string): string =>
  /^\/v1\/assets\/[^/]+\/.*\//.test(path)
    ? '; for a tokenId with a slash use /v1/assets/{collection}?tokenId=… or POST /v1/lookup'
    : '';
