import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ActiveFault, Fault } from './fault.ts';

export interface Exchange {
  readonly response: ServerResponse;
  readonly active: ActiveFault;
  /** The body that a node without a fault sends. It is computed when called: a transaction is accepted by that. */
  readonly body: () => string;
  readonly sendSound: () => void;
}

const MEGABYTE = 1024 * 1024;
const HUGE_MEGABYTES = 50;

/** The answer for each fault below JSON-RPC. For any other fault the answer is sent normally. */
export const TRANSPORT_FAULTS: Readonly<Partial<Record<Fault, (exchange: Exchange) => void>>> = {
  down: ({ response }) => {
    response.socket?.destroy();
  },
  slow: ({ response, active, sendSound }) => {
    setTimeout(() => {
      if (!response.destroyed) sendSound();
    }, active.delayMs).unref();
  },
  'accepts-then-breaks': ({ response, body }) => {
    body();
    response.socket?.destroy();
  },
  'answers-late': ({ response, active, body }) => {
    const accepted = body();
    setTimeout(() => {
      if (!response.destroyed) response.writeHead(200, { 'content-type': 'application/json' }).end(accepted);
    }, active.delayMs).unref();
  },
  throttled: ({ response, active }) => {
    response.writeHead(429, { 'retry-after': String(active.retryAfterSeconds) }).end();
  },
  garbage: ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Welcome to nginx!</body></html>');
  },
  'empty-body': ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 0 }).end();
  },
  truncated: ({ response, body }) => {
    const whole = Buffer.from(body());
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
    response.write(whole.subarray(0, whole.length / 2), () => response.socket?.destroy());
  },
  huge: ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    // The client is expected to hang up early, so a broken pipe is not an error.
    pipeline(Readable.from(hugeJson()), response).catch(() => undefined);
  },
  'server-error': refuse(500, 'internal server error'),
  redirect: ({ response }) => {
    response.writeHead(301, { location: 'http://127.0.0.1:9/rpc' }).end();
  },
  unauthorized: refuse(401, 'unauthorized'),
  forbidden: refuse(403, 'forbidden'),
  unavailable: refuse(503, 'service unavailable'),
};

function refuse(status: number, message: string): (exchange: Exchange) => void {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  };
}

/** A valid JSON-RPC answer, except for its size. */
function* hugeJson(): Generator<string> {
  yield '{"jsonrpc":"2.0","id":1,"result":"';
  for (let sent = 0; sent < HUGE_MEGABYTES; sent += 1) yield '0'.repeat(MEGABYTE);
  yield '"}';
}
