import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Handler } from '../../../infra/local/aws/functions.ts';
import { type HttpApiOptions, startHttpApi } from '../../../infra/local/gateway/http-api.ts';
import type { Listening } from '../../../infra/local/serve.ts';

const open: Listening[] = [];

export const closeAll = async (): Promise<void> => {
  await Promise.all(open.splice(0).map((api) => api.close()));
};

/** Starts the local HTTP API with the manifest's routes; resolves with its URL. */
export async function start(handlers: Record<string, Handler>, options: Partial<HttpApiOptions> = {}): Promise<string> {
  const functions = new Map(Object.entries(handlers));
  const api = await startHttpApi({ functions, report: () => {}, ...options });
  open.push(api);
  return api.url;
}

export const echo: Handler = (event) => event;
export const echoed = async (url: string, init?: RequestInit) =>
  (await (await fetch(url, init)).json()) as APIGatewayProxyEventV2;
export const everywhere = (handler: Handler) =>
  Object.fromEntries(
    ['get-entity', 'get-history', 'find-entities', 'lookup', 'get-ready', 'get-openapi', 'not-found'].map((name) => [
      name,
      handler,
    ]),
  );
