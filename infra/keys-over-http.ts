import { type KeyAdmin, UsageError } from './key-admin.ts';

/** The service has answered with an error; its message is the service's own. */
export class RefusedByService extends Error {}

const timeoutMs = 30_000;
const pageSize = 100;

/** Through the API, as the operator whose credential is given. */
export function keysOverHttp(url: string, credential: string): KeyAdmin {
  const base = URL.parse(url);
  if (base === null || !/^https?:$/.test(base.protocol)) throw new UsageError('--url must be an http or https URL');
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(base.hostname);
  if (base.protocol === 'http:' && !isHere)
    throw new UsageError('--url must be https: the credential would be readable');

  // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes, as the OpenAPI document has them
  async function ask(method: string, path: string, body?: object): Promise<any> {
    const answer = await fetch(new URL(path, base?.origin), {
      method,
      // A credential does not follow to another host.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const reason = (error as { cause?: NodeJS.ErrnoException }).cause?.code ?? (error as Error).name;
      throw new UsageError(`${base?.origin} does not answer (${reason}): is --url the service?`);
    });
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const content: any = await answer.json().catch(() => ({}));
    if (answer.ok) return content;
    const message = `${answer.status} ${content.title ?? content.message ?? ''}: ${content.detail ?? ''}`;
    throw answer.status >= 500 ? new UsageError(message) : new RefusedByService(message);
  }
  const at = (id: string) => `/v1/keys/${encodeURIComponent(id)}`;

  return {
    create: (body) => ask('POST', '/v1/keys', body),
    async list() {
      const found = [];
      for (let query: string | null = ''; query !== null; ) {
        const page = await ask('GET', `/v1/keys?limit=${pageSize}${query}`);
        found.push(...page.items);
        query = page.next === null ? null : `&cursor=${encodeURIComponent(page.next)}`;
      }
      return found;
    },
    rotate: (id, body) => ask('POST', `${at(id)}/rotate`, body),
    revoke: (id) => ask('DELETE', at(id)),
    close: () => {},
  };
}
