import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Handler } from '../../../../infra/local/aws/functions.ts';
import type { HttpApiOptions } from '../../../../infra/local/gateway/http-api.ts';
import type { Route } from '../../../../infra/manifest.ts';
import type { CallerContext } from '../../../../lib/runtime/http.ts';
import { closeAll, echo, everywhere, start } from '../local-api.ts';

afterEach(closeAll);

test('a function learns that its caller has hung up, and of no caller that has its answer (rule LIMIT-5)', async () => {
  const signals: AbortSignal[] = [];
  const caller = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const handler: Handler = async (_event, { hungUp }: CallerContext) => {
    if (hungUp === undefined) throw new Error('no signal');
    signals.push(hungUp);
    if (signals.length === 1) return { statusCode: 200 };
    const gone = new Promise((resolve) => hungUp.addEventListener('abort', resolve));
    caller.abort();
    await gone;
    end();
    return { statusCode: 200 };
  };
  const url = `${await start(everywhere(handler))}/v1/ready`;
  await (await fetch(url)).text();
  await expect(fetch(url, { signal: caller.signal })).rejects.toThrow('abort');
  await ended;
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
});

describe('authorization', () => {
  const routes: Route[] = (['anyone', 'reader', 'writer', 'operator'] as const).flatMap((audience) =>
    (['GET', 'POST'] as const).map((method) => ({ method, path: `/${audience}`, function: 'lookup', audience })),
  );
  const outcome = (event: unknown) => (event as { headers: { authorization: string } }).headers.authorization;
  const authorize: Handler = (event) => ({ isAuthorized: true, context: { outcome: outcome(event) } });
  const ask = async (path: string, init: RequestInit, options: Partial<HttpApiOptions> = {}, own = authorize) =>
    fetch((await start({ lookup: echo, authorize: own }, { routes, ...options })) + path, init);
  const seen = async (answer: Response) =>
    ((await answer.json()) as { requestContext: { authorizer?: unknown } }).requestContext.authorizer;

  test.each([
    ['anyone', 'open', false],
    ['reader', 'open', false],
    ['reader', 'readers', true],
    ['writer', 'open', true],
    ['operator', 'open', true],
  ] as const)('routes of %s, where reads are %s: the authorizer is asked: %s', async (audience, reads, isAsked) => {
    const answer = await ask(`/${audience}`, { headers: { authorization: 'Bearer a' } }, { reads });
    expect(await seen(answer)).toEqual(isAsked ? { lambda: { outcome: 'Bearer a' } } : undefined);
  });

  test('the authorizer is asked with each request, also without a credential, and gets no body (rule ACCESS-26)', async () => {
    const asked: { headers: { authorization?: string }; identitySource?: unknown; body?: string }[] = [];
    const own: Handler = (event) => {
      asked.push(event as (typeof asked)[number]);
      return { isAuthorized: true, context: { outcome: 'who' } };
    };
    const url = await start({ lookup: echo, authorize: own }, { routes });
    for (const headers of [{}, { authorization: 'Bearer a' }, { authorization: 'Bearer a' }] as Record<
      string,
      string
    >[]) {
      const answer = await fetch(`${url}/operator`, { method: 'POST', headers, body: 'x' });
      expect(await seen(answer)).toEqual({ lambda: { outcome: 'who' } });
    }
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer a', 'Bearer a']);
    expect(asked.filter(({ body, identitySource }) => body !== undefined || identitySource !== undefined)).toEqual([]);
  });

  test('an authorizer that fails is a 500 without details, and is reported', async () => {
    const reports: string[] = [];
    const failing: Handler = () => {
      throw new Error('a secret');
    };
    const headers = { authorization: 'Bearer a' };
    const answer = await ask('/operator', { headers }, { report: (message) => reports.push(message) }, failing);
    expect([answer.status, await answer.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(reports).toHaveLength(1);
  });
});

describe('answers', () => {
  test('a structured result: status, headers, cookies, body', async () => {
    const url = await start({
      'get-ready': () => ({
        statusCode: 201,
        headers: { 'Content-Type': 'application/problem+json', 'Casper-Block-Height': 12 },
        cookies: ['a=1', 'b=2'],
        body: Buffer.from('{"é":1}').toString('base64'),
        isBase64Encoded: true,
      }),
    });
    const answer = await fetch(`${url}/v1/ready`);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('casper-block-height')).toBe('12');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await answer.text()).toBe('{"é":1}');
  });

  test('a result without a status is the body of a 200', async () => {
    const answer = await fetch(`${await start({ 'get-ready': () => ({ fine: true }) })}/v1/ready`);
    expect([answer.status, await answer.json()]).toEqual([200, { fine: true }]);
  });

  test('304 has neither body nor length', async () => {
    const url = await start({ 'get-ready': () => ({ statusCode: 304, headers: { etag: 'W/"a"' }, body: '' }) });
    const answer = await fetch(`${url}/v1/ready`);
    expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([304, 'W/"a"', '']);
    expect(answer.headers.has('content-length')).toBe(false);
  });

  test('HEAD is GET without the body', async () => {
    const url = await start({ 'get-ready': () => ({ statusCode: 200, headers: { etag: 'W/"a"' }, body: 'healthy' }) });
    const answer = await fetch(`${url}/v1/ready`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('etag'), answer.headers.get('content-length')]).toEqual([
      200,
      'W/"a"',
      '7',
    ]);
    expect(await answer.text()).toBe('');
  });

  test.each<[string, Handler]>([
    [
      'throws',
      () => {
        throw new Error('a secret');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('a secret'))],
    ['returns an invalid status', () => ({ statusCode: 'a secret' })],
    ['returns a body that is not a string', () => ({ statusCode: 200, body: { a: 'secret' } })],
    ['returns a header that cannot be sent', () => ({ statusCode: 200, headers: { 'x-secret': 'a\nb' } })],
  ])('a handler that %s is a 500 without details, and is reported', async (_what, handler) => {
    const reports: string[] = [];
    const url = await start({ 'get-ready': handler }, { report: (message) => reports.push(message) });
    const answer = await fetch(`${url}/v1/ready`);
    expect([answer.status, await answer.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(reports).toHaveLength(1);
  });

  test('a handler that takes too long is a 503', async () => {
    const url = await start({ 'get-ready': () => new Promise(() => {}) }, { timeoutMs: 10 });
    const answer = await fetch(`${url}/v1/ready`);
    expect([answer.status, await answer.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
  });

  test('a body over 10 MB is a 413 and never reaches the function; the connection stays open', async () => {
    const lengths: number[] = [];
    const url = await start({
      lookup: (event) => {
        lengths.push((event as APIGatewayProxyEventV2).body?.length ?? 0);
        return {};
      },
    });
    const send = (length: number) =>
      fetch(`${url}/v1/lookup`, {
        method: 'POST',
        body: 'x'.repeat(length),
        headers: { 'content-type': 'text/plain' },
      });
    const limit = 10 * 1024 * 1024;
    const tooLarge = await send(limit + 1);
    expect([tooLarge.status, (await tooLarge.json()) as object]).toMatchObject([413, { code: 'too_large' }]);
    expect((await send(limit)).status).toBe(200);
    expect(lengths).toEqual([limit]);
  });
});

describe('what the gateway refuses by itself has a problem as its body', () => {
  const sent = (url: string, bytes: string) =>
    new Promise<{ status: number; body: { code: string; status: number } }>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.on('data', (data) => (text += data));
      socket.once('error', reject);
      socket.once('close', () => {
        const [head = '', body = ''] = text.split('\r\n\r\n');
        expect(head.toLowerCase()).toContain('content-type: application/problem+json');
        resolve({ status: Number(head.split(' ')[1]), body: JSON.parse(body) });
      });
    });
  const request = (path: string, headers: string) =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`;

  test.each([
    ['a URL of more than 8 KB', request(`/v1/ready?${'a'.repeat(8_192)}`, ''), 414, 'uri_too_long'],
    ['headers of more than 10 KB', request('/v1/ready', `X-A: ${'a'.repeat(10_240)}\r\n`), 431, 'headers_too_large'],
    [
      'headers that are too large to be read',
      request('/v1/ready', `X-A: ${'a'.repeat(99_000)}\r\n`),
      431,
      'headers_too_large',
    ],
    ['an unknown expectation', request('/v1/ready', 'Expect: a-miracle\r\n'), 417, 'expectation_failed'],
    ['bytes that are no HTTP', 'hello\r\n\r\n', 400, 'invalid_request'],
  ])('%s', async (_, bytes, status, code) => {
    const got = await sent(await start(everywhere(() => ({}))), bytes);
    expect([got.status, got.body]).toMatchObject([status, { status, code }]);
  });

  test('8 KB of URL are accepted', async () => {
    const url = await start(everywhere(() => ({})));
    const path = '/v1/ready?';
    expect((await fetch(`${url}${path}${'a'.repeat(8_192 - path.length)}`)).status).toBe(200);
  });
});

describe('closing', () => {
  const connected = (url: string, bytes: string) =>
    new Promise<ReturnType<typeof connect>>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes, () => resolve(socket)));
      socket.once('error', reject);
    });

  test('does not wait for idle connections and half-sent requests', async () => {
    const url = await start(everywhere(() => ({})));
    expect((await fetch(`${url}/v1/ready`)).status).toBe(200);
    const sockets = [
      await connected(url, ''),
      await connected(url, 'GET /v1/ready HTTP/1.1\r\nHost: a'),
      await connected(url, 'POST /v1/lookup HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc'),
    ];
    const ended = sockets.map(
      (socket) => new Promise((resolve) => socket.on('error', () => {}).once('close', resolve)),
    );
    // Node itself cuts a half-sent request after a minute: the test must end before that.
    await closeAll();
    await Promise.all(ended);
  }, 30_000);

  test('waits for a request that is being answered', async () => {
    const { promise: asked, resolve: hasAsked } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<object>();
    const url = await start({
      'get-ready': () => {
        hasAsked();
        return released;
      },
    });
    const answer = fetch(`${url}/v1/ready`);
    await asked;
    const closed = closeAll();
    release({ late: 'but whole' });
    expect(await (await answer).json()).toEqual({ late: 'but whole' });
    await closed;
    await expect(fetch(`${url}/v1/ready`)).rejects.toThrow();
  });
});
