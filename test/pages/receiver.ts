import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from '../../infra/local/serve.ts';
import { verifyWebhook } from '../../lib/client/index.ts';

/** A receiver of webhooks on this machine. */
export interface Receiver {
  readonly url: string;
  /** It takes nothing but what is signed with one of these. */
  readonly secrets: string[];
  /** The events that it has taken. */
  readonly taken: { readonly id: string; readonly type: string }[];
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const secrets: string[] = [];
  const taken: Receiver['taken'] = [];
  const server = createServer(async (request, response) => {
    try {
      const body = (await readBody(request, 1024 * 1024))?.toString() ?? '';
      taken.push(await verifyWebhook({ secret: secrets, headers: request.headers, body }));
      response.writeHead(204).end();
    } catch {
      response.writeHead(401).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/astake`,
    secrets,
    taken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
