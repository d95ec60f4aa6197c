import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RpcProxy {
  readonly url: string;
  close(): Promise<void>;
}

export interface RpcRequest {
  readonly id: unknown;
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: parameters of every method
  readonly params: any;
}

/** What to answer instead of the node: a result, an error, or undefined to let the node answer. */
export type Override = (request: RpcRequest) => { readonly result: unknown } | { readonly error: object } | undefined;

/** A node in front of a recorded one, that answers some requests differently. */
export async function startRpcProxy(target: string, override: Override): Promise<RpcProxy> {
  const server: Server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const request = JSON.parse(body) as RpcRequest;
    const own = override(request);
    const text =
      own === undefined
        ? await (await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text()
        : JSON.stringify({ jsonrpc: '2.0', id: request.id, ...own });
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/rpc`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
