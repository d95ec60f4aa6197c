import type { BuiltRequest } from './build-request.ts';
import { InvalidCallError, NoAnswerError } from './errors.ts';
import type { WholeSettings } from './settings.ts';
import type { TimeLimit } from './time-limit.ts';

/** One request and its whole answer. Throws a NoAnswerError. */
export async function send(
  { method, url, headers, body }: BuiltRequest,
  limit: TimeLimit,
  { fetch, token }: Pick<WholeSettings, 'fetch' | 'token'>,
) {
  const credential = await credentialOf(token, limit);
  const credentials = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  try {
    const answering = fetch(url, {
      method,
      headers: { ...headers, ...credentials },
      ...(body !== undefined && { body }),
      signal: limit.signal,
      // The service says how old an answer is; a cache on the way does not know what the caller accepts.
      cache: 'no-store',
      // The service redirects nowhere. Another host must not get the request.
      redirect: 'error',
    });
    const response = await limit.during(answering);
    return { status: response.status, headers: response.headers, text: await limit.during(response.text()) };
  } catch (error) {
    throw limit.failure() ?? new NoAnswerError('network', unreachable(), error);
  }
}

/** A browser keeps from the page why a request failed: an origin that is not allowed looks like a broken connection. */
const unreachable = (): string =>
  'document' in globalThis
    ? 'no answer: the connection failed or was redirected, or the service does not allow the origin of this page (ASTAKE_CORS_ORIGINS)'
    : 'no answer: the connection failed, or was redirected';

async function credentialOf(token: WholeSettings['token'], limit: TimeLimit): Promise<string | undefined> {
  if (typeof token !== 'function') return token;
  try {
    return await limit.during(token());
  } catch (error) {
    throw limit.failure() ?? new InvalidCallError('the function `token` failed', error);
  }
}
