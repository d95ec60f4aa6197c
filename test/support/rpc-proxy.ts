import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
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

/** A result, a JSON-RPC error, an HTTP status without a body, or undefined to let the node answer. */
export type Instead =
  | { readonly result: unknown }
  | { readonly error: object }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | undefined;

/** The answer instead of the node's. `forward` gets the node's own answer. A promise that never settles is silence. */
export type Override = (
  request: RpcRequest,
  // biome-ignore lint/suspicious/noExplicitAny: answers of every method
  forward: () => Promise<any>,
  headers?: IncomingHttpHeaders,
) => Instead | Promise<Instead>;

/** The result, or the error, of another node. */
export async function answerOf(url: string, { method, params }: Pick<RpcRequest, 'method' | 'params'>) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  // biome-ignore lint/suspicious/noExplicitAny: answers of every method
  const { result, error } = (await answer.json()) as any;
  return result === undefined ? { error } : { result };
}

/** A proxy in front of a recorded node that answers some requests differently. */
export async function startRpcProxy(target: string, override: Override): Promise<RpcProxy> {
  const headers = { 'content-type': 'application/json' };
  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const request = JSON.parse(body) as RpcRequest;
    const ask = async () => (await fetch(target, { method: 'POST', headers, body })).text();
    const own = await override(request, async () => JSON.parse(await ask()), message.headers);
    if (own !== undefined && 'status' in own) return void response.writeHead(own.status, own.headers).end();
    const text = own === undefined ? await ask() : JSON.stringify({ jsonrpc: '2.0', id: request.id, ...own });
    response.writeHead(200, headers).end(text);
  };
  // If the node does not answer, the proxy closes the connection.
  const server: Server = createServer((message, response) => {
    answer(message, response).catch(() => response.destroy());
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
