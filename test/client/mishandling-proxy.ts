import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, serve } from '../../infra/local/serve.ts';

/** Answers instead of the service, or breaks off; false: the service answers. */
export type Mishandling = (message: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export interface MishandlingProxy {
  readonly url: string;
  /** The requests that came, as `GET /v1/…`. */
  readonly seen: { readonly line: string; readonly headers: Readonly<Record<string, unknown>> }[];
  /** For the next requests, one each; later ones are forwarded. */
  next(...mishandlings: Mishandling[]): void;
  /** For every request, until it is called again without any. */
  always(mishandling?: Mishandling): void;
  close(): Promise<void>;
}

/** A proxy before the service that does what proxies and networks do. */
export async function startMishandlingProxy(target: string): Promise<MishandlingProxy> {
  const seen: MishandlingProxy['seen'] = [];
  let queue: Mishandling[] = [];
  let forAll: Mishandling | undefined;
  const site = await serve(async (message, response) => {
    seen.push({ line: `${message.method} ${message.url}`, headers: message.headers });
    const mishandle = queue.shift() ?? forAll;
    if (mishandle !== undefined && (await mishandle(message, response))) return;
    const body = await readBody(message, 5_000_000);
    const { host: _, connection: __, 'content-length': ___, ...headers } = message.headers;
    const answer = await fetch(target + message.url, {
      method: message.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(body !== undefined && body.length > 0 && { body: new Uint8Array(body) }),
    });
    const answered = [...answer.headers].filter(
      ([name]) => !/^(content-length|connection|transfer-encoding)$/.test(name),
    );
    response.writeHead(answer.status, Object.fromEntries(answered));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  return {
    url: site.url,
    seen,
    next: (...mishandlings) => {
      queue = mishandlings;
    },
    always: (mishandling) => {
      forAll = mishandling;
      queue = [];
    },
    close: () => site.close(),
  };
}

/** The proxy's own answer. */
export const says =
  (status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): Mishandling =>
  (_, response) => {
    response.writeHead(status, { ...(type !== '' && { 'content-type': type }), ...headers }).end(body);
    return true;
  };

export const hangsUp: Mishandling = (message) => {
  message.socket.destroy();
  return true;
};

/** The head and a part of the body. */
export const breaksOff: Mishandling = (message, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
  response.write('{"data":{"kind":"asset"', () => message.socket.destroy());
  return true;
};

export const staysSilent: Mishandling = () => true;
