import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
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
  /** For how long an idle connection stays open; left out: a minute. */
  readonly keepAliveMs?: number;
  /** For how long a request may take until all of it has come; left out: as long as Node leaves it. */
  readonly requestMs?: number;
  /** The answer to what is refused before there is a request: bytes that are no HTTP, too many headers, an unknown expectation. */
  readonly refuse?: (status: number) => { readonly status: number; readonly headers: object; readonly body: Buffer };
}

/** A client on a busy machine must not send into a connection that is just being closed: Node's five seconds are short for that. */
const minuteMs = 60_000;

/** A plain HTTP server that closes reliably. */
export async function serve(
  answer: AnswerRequest,
  { host = '127.0.0.1', port = 0, keepAliveMs = minuteMs, requestMs, refuse }: ServeOptions = {},
): Promise<Listening> {
  const running = new Map<ServerResponse, Promise<unknown>>();
  let closing = false;
  // Longer than any identifier, so that the function refuses an over-long one with the contract's error.
  const times =
    requestMs === undefined
      ? {}
      : { requestTimeout: requestMs, headersTimeout: requestMs, connectionsCheckingInterval: requestMs };
  const server = createServer({ maxHeaderSize: 64 * 1024, ...times }, (message, response) => {
    if (closing) response.shouldKeepAlive = false;
    const sent = new Promise<void>((resolve) => response.once('close', resolve));
    const answered = answer(message, response).catch(() => response.destroy());
    running.set(
      response,
      Promise.all([sent, answered]).then(() => running.delete(response)),
    );
  });
  server.keepAliveTimeout = keepAliveMs;
  if (refuse !== undefined) {
    server.on('checkExpectation', (_message, response) => {
      const { status, headers, body } = refuse(417);
      response.writeHead(status, { ...headers, connection: 'close', 'content-length': body.length }).end(body);
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return void socket.end('HTTP/1.1 408 Request Timeout\r\n\r\n');
      const { status, headers, body } = refuse(statusOf[error.code ?? ''] ?? 400);
      const lines = Object.entries({ ...headers, connection: 'close', 'content-length': body.length });
      const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`);
    });
  }
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

/** Node's own errors while it reads a request. */
const statusOf: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413 };

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
