import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { startHttpApi } from '../../../infra/local/gateway/http-api.ts';
import { startWebProcess, type WebProcess } from '../../../infra/web/web-process.ts';
import { maxBatchBytes } from '../../../lib/runtime/batch-request.ts';
import { service } from '../../../lib/runtime/service.ts';
import { asOperator, type Local, send, startLocal } from '../../support/local.ts';

let local: Local;
let web: WebProcess;

beforeAll(async () => {
  local = await startLocal();
  web = await startWebProcess({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await local?.close();
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}) => send(web.url + path, { headers });

test('reads are answered from the handlers that are deployed, many at once', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => get('/v1/assets/villas/0')));
  const gateway = await local.get('/v1/assets/villas/0');
  for (const { status, body } of answers) {
    expect(status).toBe(200);
    expect(body.data).toEqual(gateway.body.data);
  }
  const refs = [{ kind: 'asset', id: 'villas:0' }];
  const batch = await send(`${web.url}/v1/lookup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refs }),
  });
  expect(batch.body.results[0].data).toEqual(gateway.body.data);
});

test.each([
  '/v1/assets/villas/history?tokenId=0',
  '/v1/stats',
  '/v1/conflicts',
  '/v1/health',
  '/v1/keys',
  '/v1/nothing',
])('the process has no route %s, also not for an operator', async (path) => {
  expect(await get(path, asOperator)).toMatchObject({ status: 404, body: { code: 'not_found' } });
});

test('behind a proxy the caller is the address that the proxy has appended, and not one that the caller has written', async () => {
  const functions = new Map([
    [
      'get-entity',
      (event: unknown) => ({ statusCode: 200, body: (event as APIGatewayProxyEventV2).requestContext.http.sourceIp }),
    ],
  ]);
  const routes = [{ method: 'GET', path: '/who', function: 'get-entity', audience: 'reader' }] as const;
  const written = { 'x-forwarded-for': '203.0.113.9, 192.0.2.7' };
  for (const [isBehindProxy, caller] of [
    [true, '192.0.2.7'],
    [false, '127.0.0.1'],
  ] as const) {
    const api = await startHttpApi({ functions, routes, isBehindProxy });
    expect(await (await fetch(`${api.url}/who`, { headers: written })).text()).toBe(caller);
    await api.close();
  }
});

test('a body that no route of the process takes is not kept', async () => {
  for (const path of ['/health', '/v1/assets/villas/0', '/v1/lookup']) {
    const answer = await send(web.url + path, { method: 'POST', body: ' '.repeat(maxBatchBytes + 1) });
    expect(answer).toMatchObject({ status: 413, body: { code: 'too_large' } });
  }
});

test('a request whose end does not come is ended', async () => {
  const api = await startHttpApi({ functions: new Map(), requestMs: 50 });
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  socket.write('POST /v1/lookup HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  await api.close();
});

test('it is healthy while it serves; when it ends, the hits of its last minute are published, and nothing listens any more', async () => {
  const published = jest.spyOn(service().telemetry, 'flush');
  const health = await fetch(`${web.url}/health`);
  expect([health.status, await health.text()]).toEqual([200, 'serving']);
  await web.end();
  expect(published).toHaveBeenLastCalledWith(true);
  await expect(fetch(`${web.url}/health`)).rejects.toThrow();
});
