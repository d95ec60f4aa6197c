import { loadFunctions } from '../../infra/local/aws/functions.ts';
import { startHttpApi } from '../../infra/local/gateway/http-api.ts';
import { asInstance, type Running } from '../../lib/runtime/service.ts';
import { formOfReaders } from './form-of-readers.ts';
import { type Got, send } from './local.ts';

export interface Instance {
  readonly url: string;
  readonly service: Running;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Got>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Got>;
  close(): Promise<unknown>;
}

/** Serves the handlers over HTTP as a separate instance: with this service, and only the store shared with others. */
export async function startInstance(service: Running): Promise<Instance> {
  const functions = new Map(
    [...(await loadFunctions())].map(([name, handler]): [string, typeof handler] => [
      name,
      (event, context) => asInstance(service, () => handler(event, context)),
    ]),
  );
  const api = await startHttpApi({ functions, reads: service.config.reads });
  const { at, end } = await formOfReaders(api.url, () => service);
  return {
    url: api.url,
    service,
    get: async (path, headers = {}) => send(await at(path), { headers }),
    post: async (path, body, headers = {}) =>
      send(await at(path), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async close() {
      await end();
      await api.close();
    },
  };
}
