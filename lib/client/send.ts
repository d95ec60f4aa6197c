import type { BuiltRequest } from './build-request.ts';
import { InvalidCallError, NoAnswerError, UnusableAnswerError } from './errors.ts';
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
    return { status: response.status, headers: response.headers, text: await textOf(response, limit) };
  } catch (error) {
    if (error instanceof UnusableAnswerError) throw error;
    throw limit.failure() ?? new NoAnswerError('network', unreachable(), error);
  }
}

/** A browser keeps from the page why a request failed: an origin that is not allowed looks like a broken connection. */
const unreachable = (): string =>
  'document' in globalThis
    ? 'no answer: the connection failed or was redirected, or the service does not allow the origin of this page (ASTAKE_CORS_ORIGINS)'
    : 'no answer: the connection failed, or was redirected';

/** Several times as much as the service ever sends: a body without an end would fill the memory. */
const mostCharacters = 32_000_000;

async function textOf(response: Response, limit: TimeLimit): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return limit.during(response.text());
  const decoder = new TextDecoder();
  for (let text = ''; ; ) {
    const { done, value } = await limit.during(reader.read());
    text += decoder.decode(value, { stream: !done });
    if (done) return text;
    if (text.length <= mostCharacters) continue;
    reader.cancel().catch(() => undefined);
    throw new UnusableAnswerError('the answer does not end', { status: response.status });
  }
}

async function credentialOf(token: WholeSettings['token'], limit: TimeLimit): Promise<string | undefined> {
  if (typeof token !== 'function') return token;
  try {
    return await limit.during(token());
  } catch (error) {
    throw limit.failure() ?? new InvalidCallError('the function `token` failed', error);
  }
}
