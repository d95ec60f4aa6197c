import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  readonly url: string;
  /** Waits for the requests that are being answered. Idle connections and half-sent requests are cut. */
  close(): Promise<void>;
}

export type AnswerRequest = (message: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface ServeOptions {
  readonly host?: string;
  /** 0 (the default) takes any free port. */
  readonly port?: number;
}

/** A plain HTTP server that closes reliably. */
export async function serve(
  answer: AnswerRequest,
  { host = '127.0.0.1', port = 0 }: ServeOptions = {},
): Promise<Listening> {
  const running = new Map<ServerResponse, Promise<unknown>>();
  let closing = false;
  // Longer than any identifier, so that the function refuses an over-long one with the contract's error.
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (message, response) => {
    if (closing) response.shouldKeepAlive = false;
    const sent = new Promise<void>((resolve) => response.once('close', resolve));
    const answered = answer(message, response).catch(() => response.destroy());
    running.set(
      response,
      Promise.all([sent, answered]).then(() => running.delete(response)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close() {
      closing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const response of running.keys()) {
        if (response.req.complete) response.shouldKeepAlive = false;
        else response.destroy();
      }
      while (running.size > 0) await Promise.all(running.values());
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Like `serve`, with a random part in the path of the URL that only this process knows: neither a page in a browser on this
 * machine nor another user can call what runs functions without a key. `isOpen` names requests that need no such path.
 */
export async function servePrivately(
  answer: AnswerRequest,
  isOpen: (message: IncomingMessage) => boolean = () => false,
): Promise<Listening> {
  const secret = `/${randomBytes(18).toString('base64url')}`;
  const { url, close } = await serve(async (message, response) => {
    const path = message.url ?? '';
    if (path === secret || path.startsWith(`${secret}/`)) message.url = path.slice(secret.length) || '/';
    else if (!isOpen(message)) return void response.writeHead(403).end();
    return answer(message, response);
  });
  return { url: url + secret, close };
}

/**
 * The whole body; undefined if it is over the limit. The rest of an over-long body is read and dropped, because a client that
 * is still sending does not read an answer.
 */
export async function readBody(message: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length <= limit ? Buffer.concat(chunks) : undefined;
}
