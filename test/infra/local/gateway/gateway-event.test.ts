import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { gatewayEvent } from '../../../../infra/local/gateway/gateway-event.ts';
import type { Route } from '../../../../infra/manifest.ts';
import { closeAll, echo, echoed, everywhere, start } from '../local-api.ts';

afterEach(closeAll);

describe('an event of the local HTTP API', () => {
  test.each([
    ['100%25', '100%'],
    ['%2541', '%41'],
    ['caf%C3%A9%20%F0%9F%8F%A1', 'café 🏡'],
    ['a+b:c', 'a+b:c'],
  ])('has the segment %s decoded once, in the path too', async (segment, tokenId) => {
    const event = await echoed(`${await start({ 'get-entity': echo })}/v1/assets/villas/${segment}`);
    expect(event.pathParameters).toEqual({ collection: 'villas', tokenId });
    expect(event.rawPath).toBe(`/v1/assets/villas/${tokenId}`);
    expect(event.requestContext.http.path).toBe(event.rawPath);
    expect(event.routeKey).toBe('GET /v1/assets/{collection}/{tokenId}');
  });

  test('has a path that is cut at an encoded question mark', async () => {
    const event = await echoed(`${await start({ 'get-entity': echo })}/v1/assets/villas/a%3Fb=c?minHeight=1`);
    expect([event.rawPath, event.rawQueryString]).toEqual(['/v1/assets/villas/a', 'minHeight=1']);
  });

  test('has the query raw, and decoded with repeated names joined by commas', async () => {
    const url = await start({ 'find-entities': echo });
    const event = await echoed(`${url}/v1/assets?owner=a%20b+c&owner=d&flag&__proto__=x`);
    expect(event.rawQueryString).toBe('owner=a%20b+c&owner=d&flag&__proto__=x');
    expect(Object.entries(event.queryStringParameters ?? {})).toEqual([
      ['owner', 'a b c,d'],
      ['flag', ''],
      ['__proto__', 'x'],
    ]);
  });

  test('has no members for a missing query, missing parameters and a missing body', async () => {
    const event = await echoed(`${await start({ 'get-ready': echo })}/v1/ready`);
    expect(event).toMatchObject({ version: '2.0', rawPath: '/v1/ready', rawQueryString: '', isBase64Encoded: false });
    expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['queryStringParameters']));
    expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['pathParameters']));
    expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['body']));
  });

  test('has lower-case headers, separate cookies, and the context of the request', async () => {
    const url = await start({ 'get-ready': echo });
    const event = await echoed(`${url}/v1/ready`, {
      headers: { 'Cache-Control': 'max-age=60', Cookie: 'a=1; b=2', 'User-Agent': 'a test' },
    });
    expect(event.headers).toMatchObject({ 'cache-control': 'max-age=60' });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.cookies).toEqual(['a=1', 'b=2']);
    expect(event.requestContext).toMatchObject({
      http: { method: 'GET', path: '/v1/ready', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'a test' },
      stage: '$default',
      routeKey: 'GET /v1/ready',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    });
  });

  test('has what the authorizer says of the caller', async () => {
    const authorize = () => ({ isAuthorized: true, context: { outcome: 'an operator' } });
    const url = await start({ 'get-sync': echo, 'get-ready': echo, authorize });
    const headers = { authorization: 'Bearer the-key' };
    const authorizer = async (path: string) =>
      ((await echoed(url + path, { headers })).requestContext as { authorizer?: unknown }).authorizer;
    expect(await authorizer('/v1/sync')).toEqual({ lambda: { outcome: 'an operator' } });
    expect(await authorizer('/v1/ready')).toBeUndefined();
  });

  test('is made in steps that grow with the length of the query, not with its square', () => {
    const message = { headers: {}, headersDistinct: {}, socket: {}, method: 'GET' } as unknown as IncomingMessage;
    const match = { route: {} as Route, routeKey: '$default', parameters: {} };
    const times = 2_000;
    const steps = stepsOf(() => {
      const rawQueryString = 'a&'.repeat(times);
      const body = Buffer.alloc(0);
      const event = gatewayEvent({
        message,
        rawPath: '/x',
        rawQueryString,
        match,
        requestId: 'r',
        body,
        now: new Date(0),
      });
      expect(event.queryStringParameters?.a).toHaveLength(times - 1);
    });
    expect(steps).toBeGreaterThan(times);
    expect(steps).toBeLessThan(times * 10);
  });

  test('has a JSON body as text and any other body in base64', async () => {
    const url = `${await start({ lookup: echo })}/v1/lookup`;
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"é":1}' };
    expect(await echoed(url, json)).toMatchObject({ body: '{"é":1}', isBase64Encoded: false });
    const binary = { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: '{"é":1}' };
    expect(await echoed(url, binary)).toMatchObject({
      body: Buffer.from('{"é":1}').toString('base64'),
      isBase64Encoded: true,
    });
  });

  test('has a context with the name of the function and its remaining time', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    const url = await start({
      'get-ready': (_event, context) => ({ name: context.functionName, left: context.getRemainingTimeInMillis() }),
    });
    const { name, left } = (await (await fetch(`${url}/v1/ready`)).json()) as { name: string; left: number };
    jest.restoreAllMocks();
    expect([name, left]).toEqual(['astake-lookup-local-get-ready', 10_000]);
  });
});

/** How many elements of arrays are copied or visited by iteration while the work runs. */
function stepsOf(work: () => void): number {
  const original = Array.prototype[Symbol.iterator];
  let steps = 0;
  function* counted(this: unknown[]): ArrayIterator<unknown> {
    for (let at = 0; at < this.length; at += 1) {
      steps += 1;
      yield this[at];
    }
  }
  try {
    Object.defineProperty(Array.prototype, Symbol.iterator, { value: counted, configurable: true, writable: true });
    work();
  } finally {
    Object.defineProperty(Array.prototype, Symbol.iterator, { value: original, configurable: true, writable: true });
  }
  return steps;
}

describe('routing', () => {
  test.each([
    ['GET', '/v1/accounts/01ab', 'GET /v1/accounts/{id}'],
    ['GET', '/v1/accounts/01ab/staking', 'GET /v1/accounts/{id}/staking'],
    ['GET', '/v1/accounts/01ab/staking/history', 'GET /v1/accounts/{id}/staking/history'],
    ['GET', '/v1/accounts/01ab%2Fstaking', 'GET /v1/accounts/{id}/staking'],
    ['GET', '/v1/assets/villas/a%2Fb', '$default'],
    ['GET', '/v1/assets', 'GET /v1/assets'],
    ['GET', '/v1/assets/villas/history', 'GET /v1/assets/{collection}/history'],
    ['GET', '/v1/assets/villas', 'GET /v1/assets/{collection}'],
    ['GET', '/v1/assets/villas/1/history', 'GET /v1/assets/{collection}/{tokenId}/history'],
    ['POST', '/v1/lookup', 'POST /v1/lookup'],
    ['GET', '/v1/lookup', '$default'],
    ['DELETE', '/v1/accounts/01ab', '$default'],
    ['GET', '/v1/accounts/', '$default'],
    ['GET', '/v1/accounts/01ab/', '$default'],
    ['GET', '/V1/health', '$default'],
    ['GET', '/nothing', '$default'],
  ])('%s %s is %s', async (method, path, routeKey) => {
    expect((await echoed((await start(everywhere(echo))) + path, { method })).routeKey).toBe(routeKey);
  });

  test('a literal segment wins over a parameter, in any order of the routes', async () => {
    const route = (path: string, name: Route['function']): Route => ({
      method: 'GET',
      path,
      function: name,
      audience: 'anyone',
    });
    const routes = [route('/a/{x}/{y}', 'refresh'), route('/a/{x}/c', 'get-history'), route('/a/b/{y}', 'get-entity')];
    const url = await start({ ...everywhere(echo), refresh: echo }, { routes });
    const keys = ['/a/b/c', '/a/z/c', '/a/b/z', '/a/y/z'].map(async (path) => (await echoed(url + path)).routeKey);
    expect(await Promise.all(keys)).toEqual(['GET /a/b/{y}', 'GET /a/{x}/c', 'GET /a/b/{y}', 'GET /a/{x}/{y}']);
  });

  test.each(['/v1/accounts/%zz', '/v1/accounts/%ff', '/nowhere/%', '/v1/assets?owner=%e0%a4'])(
    'invalid percent-encoding is a 400: %s',
    async (path) => {
      const answer = await fetch((await start(everywhere(echo))) + path);
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toMatchObject({ status: 400, code: 'invalid_request', retryable: false });
    },
  );
});
