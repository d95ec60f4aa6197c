import type { IncomingMessage } from 'node:http';
import { UnusableAnswer } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import { type AttemptTimer, createAttemptTimer } from './attempt-timer.ts';
import { NoPermit, ReceivedInPart, RpcFailure } from './errors.ts';
import { jsonTextOf } from './raw-json.ts';
import { mostBytes, type RpcAnswer, readAnswer } from './rpc-answer.ts';

/**
 * Taken from the process, not imported: an ESM import of node:http costs tens of milliseconds of start-up, and most warm
 * answers need no node at all.
 */
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

/** The secret that a node expects in a header. */
export interface SecretValue {
  value(): Promise<string>;
  /** The node refused the secret. */
  refused(): void;
}

export interface RpcClientOptions {
  readonly url: string;
  readonly header?: { readonly name: string; readonly secret: SecretValue } | undefined;
  /** The most requests that are sent at once; the others wait for a connection. */
  readonly maxConnections?: number;
  /** There is no other node to ask, so a request on a dropped connection is always sent again on a new one. */
  readonly alone?: boolean;
  /** A larger answer is refused while it arrives, so memory stays bounded whatever a node sends. */
  readonly maxBytes?: number;
  /** For a date in `Retry-After`. */
  readonly clock?: Pick<Clock, 'now'>;
}

export interface RpcClient {
  /**
   * Rejects with RpcFailure when no well-formed answer came; a JSON-RPC error is an answer. `attemptMs` limits the time
   * from getting a connection to the last byte. It also limits the wait for a connection, which ends with NoPermit.
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
  /** Use a new connection, so that the request is sent exactly once. */
  readonly unpooled?: boolean | undefined;
  /**
   * Called when the request gets a connection; the wait before that is not the node's fault. Returns false when the
   * request is not wanted any more: then it is not sent.
   */
  readonly onSent?: (() => boolean) | undefined;
}

const callsAtOnce = 24;

/** Load balancers and NAT drop idle connections, but not before this time. */
const idleLimitMs = 500;
const droppedCodes = new Set(['ECONNRESET', 'EPIPE']);

/** JSON-RPC 2.0 over a pool of kept-alive connections to one node. */
export function createRpcClient(options: RpcClientOptions): RpcClient {
  const { clock = { now: Date.now } } = options;
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
    attempt: AttemptTimer,
  ): Promise<Record<string, string>> {
    try {
      return { [name]: await attempt.beforeEnd(secret.value()) };
    } catch {
      // The cause is dropped: its message may hold more than a reader of logs may know.
      throw new RpcFailure('connection', 'the secret for its header cannot be read');
    }
  }

  function send(
    body: string,
    own: Record<string, string>,
    attempt: AttemptTimer,
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
      attempt.onEnd = () => {
        request.destroy();
        // A request that still waits for a connection says nothing when it is destroyed, until a connection is free.
        reject(new Error('ended'));
      };
      let idleMs = 0;
      request.once('socket', (socket) => {
        if (!onSent()) return void request.destroy(new NoPermit());
        idleMs = performance.now() - (freedAt.get(socket) ?? Number.POSITIVE_INFINITY);
      });
      request.once('response', resolve);
      request.once('error', (error: NodeJS.ErrnoException) => {
        // The other side dropped an idle connection. That says nothing about the node: send once more, on a new connection.
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
      const head = JSON.stringify({ jsonrpc: '2.0', id, method }).slice(0, -1);
      const body = params === undefined ? `${head}}` : `${head},"params":${jsonTextOf(params)}}`;
      const attempt = createAttemptTimer(signal);
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
        return await readAnswer(response, id, options.maxBytes ?? mostBytes(method), clock.now);
      } catch (error) {
        if (error instanceof UnusableAnswer || error instanceof ReceivedInPart) throw error;
        if (error instanceof RpcFailure) {
          if (error.status === 401 || error.status === 403) options.header?.secret.refused();
          throw error;
        }
        if (error instanceof NoPermit || (attempt.ended && !isSent)) throw new NoPermit();
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

/** Node's error code or name only: a message may hold an address. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'failed');
}
