import type { BuiltRequest } from './build-request.ts';
import { type ClientRoute, clientRoutes, type Schemas } from './contract.ts';
import type { EtagCache } from './etag-cache.ts';
import type { OperationId, WholeAnswer } from './methods.ts';
import { readResponse } from './read-response.ts';
import { send } from './send.ts';
import type { WholeSettings } from './settings.ts';
import type { TimeLimit } from './time-limit.ts';

type Context = Pick<WholeSettings, 'fetch' | 'token'> & { readonly cache: EtagCache };

/** One request and what its answer says, with what is kept where the service says that it still is the value. */
export async function ask(
  id: OperationId,
  request: BuiltRequest,
  limit: TimeLimit,
  context: Context,
): Promise<WholeAnswer<unknown>> {
  const { cache } = context;
  const { subject, minHeight = 0 } = request;
  const route = clientRoutes[id];
  const kept = isKept(route) ? cache.find(subject) : undefined;
  // A kept answer does not show that it holds through a later block: that one is read as a whole.
  const known = kept !== undefined && minHeight <= kept.height ? kept : undefined;
  const headers = known ? { ...request.headers, 'if-none-match': known.tag } : request.headers;
  const received = await send({ ...request, headers }, limit, context);
  if (received.status === 304 && known !== undefined) {
    cache.keep(subject, known);
    const body = readResponse({ ...received, status: 200, headers: jsonType, text: known.text }, route, undefined);
    // A stale or disputed answer says so in its body, which 304 does not have.
    if (isCurrent(received.headers)) return { ...received, status: 200, body: asOf(body, received.headers) };
    cache.forget(subject);
    return ask(id, request, limit, context);
  }
  const body = readResponse(received, route, request.format);
  const tag = received.headers.get('etag');
  if (received.status === 200 && isKept(route) && tag !== null && isCurrent(received.headers))
    cache.keep(subject, { tag, text: received.text, height: Number(received.headers.get('casper-block-height')) });
  return { status: received.status, headers: received.headers, body };
}

const jsonType = new Headers({ 'content-type': 'application/json' });

const isKept = ({ method, takes }: ClientRoute): boolean =>
  method === 'GET' && takes.includes('If-None-Match') && takes.includes('Cache-Control');

/** Neither stale, nor disputed, nor with local data, which may change at any time. */
const isCurrent = (headers: Headers): boolean => /\bmax-age=[1-9]/.test(headers.get('cache-control') ?? '');

/** The kept answer, with the age of this one. `verifiedThrough` stays: it holds through that block, and longer. */
function asOf(body: unknown, headers: Headers): unknown {
  const answer = body as { readonly meta: Schemas['Meta'] };
  const age = Number(headers.get('age'));
  const source = /;\s*hit\b/.test(headers.get('cache-status') ?? '') ? 'cache' : 'chain';
  return { ...answer, meta: { ...answer.meta, age, ...(answer.meta.at === undefined && { source }) } };
}
