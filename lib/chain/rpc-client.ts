import type { IncomingMessage } from 'node:http';
import { type Attempt, createAttempt } from './attempt.ts';
import { parseExact } from './exact-json.ts';
import { NoTurn, RpcFailure } from './rpc-failure.ts';

/**
 * Taken from the process instead of imported: an ESM import of node:http costs tens of milliseconds of start-up, and
 * most warm answers need no node at all.
 */
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');
const zlib = process.getBuiltinModule('node:zlib');

/** What a header holds that a node asks for. */
export interface SecretValue {
  value(): Promise<string>;
  /** The node has refused it. */
  refused(): void;
}

export interface RpcClientOptions {
  readonly url: string;
  readonly header?: { readonly name: string; readonly secret: SecretValue } | undefined;
  /** How many requests it is sent at once; the others wait for their turn. */
  readonly maxConnections?: number;
  /** No other node can be asked instead: a connection that turns out to be dropped is always opened anew. */
  readonly alone?: boolean;
  /** Larger answers are refused while they arrive: memory stays bounded, whatever a node sends. */
  readonly maxBytes?: number;
}

/** A JSON-RPC error as the node gave it. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

export type RpcAnswer = { readonly result: unknown } | { readonly error: RpcError };

export interface RpcClient {
  /**
   * Rejects with RpcFailure when no well-formed answer came; a JSON-RPC error is an answer. `attemptMs`: the whole time,
   * from having a connection to the last byte read; and no longer than that until it has one, else NoTurn.
   */
  call(
    method: string,
    params: object | undefined,
    attemptMs: number,
    signal: AbortSignal,
    sending?: Sending,
  ): Promise<RpcAnswer>;
}

export interface Sending {
  /** Over a connection of its own, so that it is sent once. */
  readonly unpooled?: boolean | undefined;
  /**
   * Called when it has a connection: until then it waited for its turn, which no node can be blamed for. False: it is not
   * wanted any more.
   */
  readonly onSent?: (() => boolean) | undefined;
}

const callsAtOnce = 24;

/** Who drops idle connections (balancers, NAT) leaves them alone for longer than this. */
const idleLimitMs = 500;
const droppedCodes = new Set(['ECONNRESET', 'EPIPE']);

/** JSON-RPC 2.0 over a pool of kept-alive connections to one node. */
export function createRpcClient(options: RpcClientOptions): RpcClient {
  const url = new URL(options.url);
  const transport = url.protocol === 'https:' ? https : http;
  const agent = new transport.Agent({
    keepAlive: true,
    maxSockets: options.maxConnections ?? callsAtOnce,
    scheduling: 'lifo',
  });
  const freedAt = new WeakMap<object, number>();
  agent.on('free', (socket) => void freedAt.set(socket, performance.now()));
  let lastId = 0;

  async function headerOf(
    { name, secret }: NonNullable<RpcClientOptions['header']>,
    attempt: Attempt,
  ): Promise<Record<string, string>> {
    try {
      return { [name]: await attempt.beforeEnd(secret.value()) };
    } catch {
      // Its words may name more than its reader may know.
      throw new RpcFailure('connection', 'the secret for its header cannot be read');
    }
  }

  function send(
    body: string,
    own: Record<string, string>,
    attempt: Attempt,
    onSent: () => boolean,
    fresh = false,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      if (attempt.ended) return reject(new Error('ended'));
      const request = transport.request(url, {
        method: 'POST',
        agent: fresh ? false : agent,
        headers: {
          ...own,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          // A node compresses only for exactly this value; its proofs are most of an answer.
          'accept-encoding': 'gzip',
        },
      });
      attempt.onEnd = () => request.destroy();
      let idleMs = 0;
      request.once('socket', (socket) => {
        if (!onSent()) return void request.destroy(new NoTurn());
        idleMs = performance.now() - (freedAt.get(socket) ?? Number.POSITIVE_INFINITY);
      });
      request.once('response', resolve);
      request.once('error', (error: NodeJS.ErrnoException) => {
        // A connection that the other side had dropped while it lay idle says nothing about the node: once more, anew.
        const dropped =
          request.reusedSocket && (options.alone || idleMs > idleLimitMs) && droppedCodes.has(error.code ?? '');
        if (dropped && !fresh && !attempt.ended) send(body, own, attempt, onSent, true).then(resolve, reject);
        else reject(error);
      });
      request.end(body);
    });
  }

  return {
    async call(method, params, attemptMs, signal, sending = {}) {
      const id = ++lastId;
      const body = JSON.stringify({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
      const attempt = createAttempt(signal);
      let isSent = false;
      try {
        attempt.begin(attemptMs);
        const own = options.header === undefined ? noHeader : await headerOf(options.header, attempt);
        const onSent = (): boolean => {
          attempt.begin(attemptMs);
          isSent = sending.onSent?.() ?? true;
          return isSent;
        };
        const response = await send(body, own, attempt, onSent, sending.unpooled);
        try {
          checkHead(response);
          return answerOf(await readText(response, options.maxBytes ?? mostBytes(method)), id);
        } catch (error) {
          response.destroy();
          throw error;
        }
      } catch (error) {
        if (error instanceof RpcFailure) {
          if (error.status === 401 || error.status === 403) options.header?.secret.refused();
          throw error;
        }
        if (error instanceof NoTurn || (attempt.ended && !isSent)) throw new NoTurn();
        const late = attempt.ended;
        throw new RpcFailure(late ? 'timeout' : 'connection', late ? 'no answer in time' : reasonOf(error), {
          cause: error,
        });
      } finally {
        attempt.close();
      }
    },
  };
}

const noHeader: Record<string, string> = {};

const megabyte = 1024 * 1024;
/** Whole blocks, transactions with their Wasm, and all bids; everything else is asked many times at once, and small. */
const largeAnswers = /^(?:chain_get_|info_get_transaction|state_get_auction_info)/;
const mostBytes = (method: string): number => (largeAnswers.test(method) ? 16 : 4) * megabyte;

function checkHead(response: IncomingMessage): void {
  const status = response.statusCode ?? 0;
  if (status !== 200) throw new RpcFailure('status', `HTTP ${status}`, { status, retryAfter: retryAfterOf(response) });
  const type = response.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(type))
    throw new RpcFailure('body', `content type ${type.slice(0, 60) || 'missing'}`);
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterOf(response: IncomingMessage): number | undefined {
  const value = response.headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

/** The body's text; `maxBytes` holds before and after decompression. */
async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new RpcFailure('body', `more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new RpcFailure('body', 'truncated');
  const bytes = Buffer.concat(chunks, size);
  if (response.headers['content-encoding'] !== 'gzip') return bytes.toString('utf8');
  return zlib.gunzipSync(bytes, { maxOutputLength: maxBytes }).toString('utf8');
}

/** A well-formed answer to this request, and nothing else: right version, right id, either a result or an error. */
function answerOf(text: string, id: number): RpcAnswer {
  let body: unknown;
  try {
    body = parseExact(text);
  } catch (cause) {
    throw new RpcFailure('body', 'not JSON', { cause });
  }
  if (typeof body !== 'object' || body === null) throw new RpcFailure('body', 'not a JSON-RPC answer');
  const { jsonrpc, id: answered, result, error } = body as Record<string, unknown>;
  if (jsonrpc !== '2.0' || answered !== id) throw new RpcFailure('body', 'not an answer to this request');
  if (error !== undefined && error !== null) {
    const { code, message, data } = error as Record<string, unknown>;
    if (typeof code !== 'number') throw new RpcFailure('body', 'an error without a code');
    return { error: { code, message: String(message), data } };
  }
  if (result === undefined || result === null) throw new RpcFailure('body', 'neither result nor error');
  return { result };
}

/** Only Node's own error code or name: a message may carry an address. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'failed');
}
