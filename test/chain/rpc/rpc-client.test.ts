import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { NoPermit, ReceivedInPart, RpcFailure } from '../../../lib/chain/rpc/errors.ts';
import { createRpcClient, type RpcClientOptions } from '../../../lib/chain/rpc/rpc-client.ts';
import { UnusableAnswer } from '../../../lib/domain/errors.ts';

/** Only ends a test that hangs. */
const longestMs = 30_000;

let server: Server;
afterEach(() => {
  jest.restoreAllMocks();
  server.closeAllConnections();
  server.close();
});

type Answer = (request: IncomingMessage, response: ServerResponse, id: number) => void;

async function clientOf(answer: Answer, options: Partial<RpcClientOptions> = {}) {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    answer(request, response, JSON.parse(body).id);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createRpcClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/rpc`, ...options });
  return (attemptMs = longestMs, sending = {}) =>
    client.call('a_method', { a: 1 }, attemptMs, new AbortController().signal, sending);
}

const json = { 'content-type': 'application/json' };
const ok = (id: number, result: unknown = { fine: true }) => JSON.stringify({ jsonrpc: '2.0', id, result });

test('it asks for gzip exactly, reuses its connection, and keeps every digit of an integer', async () => {
  const seen: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const call = await clientOf((request, response, id) => {
    seen.push(request.headers['accept-encoding']);
    sockets.add(request.socket);
    const text = `{"jsonrpc":"2.0","id":${id},"result":{"id":18446744073709551615}}`;
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(text));
  });
  expect(await call()).toEqual({ result: { id: 18446744073709551615n } });
  await call();
  expect(seen).toEqual(['gzip', 'gzip']);
  expect(sockets.size).toBe(1);
});

describe('it accepts only well-formed answers to its request, and refuses', () => {
  test.each<[string, Answer]>([
    ['another id', (_request, response, id) => response.writeHead(200, json).end(ok(id + 1))],
    [
      'neither result nor error',
      (_request, response, id) => response.writeHead(200, json).end(JSON.stringify({ jsonrpc: '2.0', id })),
    ],
    [
      'another content type',
      (_request, response, id) => response.writeHead(200, { 'content-type': 'text/html' }).end(ok(id)),
    ],
    ['text that is not JSON', (_request, response) => response.writeHead(200, json).end('{"jsonrpc":')],
    ['an empty body', (_request, response) => response.writeHead(200, json).end()],
    ['HTTP 301', (_request, response) => response.writeHead(301, { location: '/elsewhere' }).end()],
    ['HTTP 429', (_request, response) => response.writeHead(429, { 'retry-after': '7' }).end()],
    [
      'half of its body',
      (_request, response, id) => {
        response.writeHead(200, { ...json, 'content-length': 1_000 }).write(ok(id));
        response.socket?.destroySoon();
      },
    ],
    ['nothing at all', () => undefined],
  ])('%s', async (name, answer) => {
    const call = await clientOf(answer);
    const failure: unknown = await call(name === 'nothing at all' ? 50 : longestMs).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RpcFailure);
    expect((failure as RpcFailure).message).not.toContain('127.0.0.1');
    if (name === 'HTTP 429') expect(failure).toMatchObject({ status: 429, retryAfter: 7 });
    if (name === 'nothing at all') expect(failure).toMatchObject({ stage: 'timeout' });
  });
});

test.each([
  ['as it comes', false],
  ['once unpacked', true],
])(
  'it refuses a body over its limit, %s, and does not blame the node for it (rule ANSWER-1)',
  async (_when, packed) => {
    const large = 'x'.repeat(200_000);
    const call = await clientOf(
      (_request, response, id) => {
        const text = ok(id, large);
        if (packed) response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(text));
        else response.writeHead(200, json).end(text);
      },
      { maxBytes: 50_000 },
    );
    const failure: unknown = await call().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnusableAnswer);
    expect(failure).toMatchObject({ code: 'value_too_large' });
  },
);

/** The client counts how long a connection lay idle by this clock. */
function clockAt(milliseconds: () => number): void {
  const began = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => began + milliseconds());
}

describe('a connection that was dropped while it lay idle', () => {
  const dropReused = (): Answer => {
    const used = new WeakSet<Socket>();
    return (request, response, id) => {
      if (used.has(request.socket)) return void request.socket.destroy();
      used.add(request.socket);
      response.writeHead(200, json).end(ok(id));
    };
  };
  test('is replaced by a new one where there is no other node to ask', async () => {
    const call = await clientOf(dropReused(), { alone: true });
    for (let read = 0; read < 3; read += 1) expect(await call()).toEqual({ result: { fine: true } });
  });
  test('is replaced by a new one where it lay idle for so long that a balancer may have dropped it', async () => {
    let idleMs = 0;
    clockAt(() => idleMs);
    const call = await clientOf(dropReused());
    for (let read = 0; read < 3; read += 1) {
      expect(await call()).toEqual({ result: { fine: true } });
      idleMs += 501;
    }
  });

  test('is a failure like any other where it lay idle for a short time, and another node can be asked', async () => {
    let idleMs = 0;
    clockAt(() => idleMs);
    const call = await clientOf(dropReused());
    await call();
    idleMs += 499;
    await expect(call()).rejects.toThrow('ECONNRESET');
  });
});

describe('a request that waits for a connection', () => {
  /** One connection, on which the first request hangs. */
  async function occupied() {
    let answered = 0;
    const call = await clientOf(
      () => {
        answered += 1;
      },
      { maxConnections: 1 },
    );
    const { promise: sent, resolve } = Promise.withResolvers<void>();
    const first = call(longestMs, {
      onSent: () => {
        resolve();
        return true;
      },
    });
    first.catch(() => undefined);
    await sent;
    return { call, answered: () => answered };
  }

  test('ends without a permit after the time of an attempt, and is not sent', async () => {
    const { call } = await occupied();
    let isSent = false;
    const onSent = (): boolean => {
      isSent = true;
      return true;
    };
    await expect(call(50, { onSent })).rejects.toThrow(NoPermit);
    expect(isSent).toBe(false);
  });

  test('is not sent when it is not wanted any more', async () => {
    const call = await clientOf((_request, response, id) => response.writeHead(200, json).end(ok(id)));
    await expect(call(longestMs, { onSent: () => false })).rejects.toThrow(NoPermit);
  });
});

test('a date until which a node asks for patience is compared with the injected clock', async () => {
  const now = Date.parse('2031-05-05T05:05:05.000Z');
  const headers = { 'retry-after': new Date(now + 30_000).toUTCString() };
  const call = await clientOf((_request, response) => response.writeHead(503, headers).end(), {
    clock: { now: () => now },
  });
  await expect(call()).rejects.toMatchObject({ retryAfter: 30 });
});

test('an answer that breaks off after a megabyte says nothing against the node (rule ANSWER-1)', async () => {
  const call = await clientOf((_request, response) => {
    response.writeHead(200, { ...json, 'content-length': 3_000_000 });
    response.write('x'.repeat(2_000_000), () => response.socket?.destroySoon());
  });
  const failure: unknown = await call().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ReceivedInPart);
  expect(failure).toMatchObject({ code: 'chain_unavailable', retryable: true });
});
