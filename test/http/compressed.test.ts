import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { handler } from '../../functions/get-openapi.ts';
import { compressed, takesGzip } from '../../lib/runtime/content-coding.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal({ height: 20 });
});
afterAll(() => local.close());

/** As it is on the wire: `fetch` unpacks a body by itself. */
async function raw(path: string, headers: Record<string, string>, method = 'GET') {
  const { request } = await import('node:http');
  const url = await local.at(path);
  return new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: Buffer }>(
    (resolve, reject) =>
      request(url, { method, headers: { ...asOperator, ...headers } }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
      })
        .on('error', reject)
        .end(),
  );
}

const path = '/v1/openapi.json';

test('the document is a seventh of itself with gzip, has a tag for each coding, and is not sent again', async () => {
  const [plain, gzipped] = await Promise.all([raw(path, {}), raw(path, { 'accept-encoding': 'gzip, deflate, br' })]);
  expect(gunzipSync(gzipped.body).equals(plain.body)).toBe(true);
  expect(gzipped.body.length * 6).toBeLessThan(plain.body.length);
  expect(gzipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(plain.headers).toMatchObject({ 'content-type': 'application/json', vary: 'accept-encoding' });
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(gzipped.headers.etag).not.toBe(plain.headers.etag);
  for (const { headers } of [plain, gzipped]) {
    const asked = { 'accept-encoding': headers === gzipped.headers ? 'gzip' : 'identity' };
    const again = await raw(path, { ...asked, 'if-none-match': `"another", ${headers.etag}` });
    expect(again).toMatchObject({ status: 304, headers: { etag: headers.etag, vary: 'accept-encoding' } });
    expect(again.headers['content-encoding']).toBeUndefined();
    expect(again.body.length).toBe(0);
  }
});

test('HEAD has the headers of GET, and no body', async () => {
  const headers = { 'accept-encoding': 'gzip' };
  const [head, got] = await Promise.all([raw(path, headers, 'HEAD'), raw(path, headers)]);
  expect(head.body.length).toBe(0);
  for (const name of ['etag', 'content-encoding', 'content-type', 'content-length', 'vary'])
    expect([name, head.headers[name]]).toEqual([name, got.headers[name]]);
});

test('on AWS the bytes are in base64, and compressed once for a process', async () => {
  const event = {
    routeKey: `GET ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { 'accept-encoding': 'gzip' },
    requestContext: { requestId: 'one', http: { method: 'GET', path } },
  } as unknown as APIGatewayProxyEventV2;
  const answer = await handler(event, { getRemainingTimeInMillis: () => 10_000 } as Context);
  expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
  const document = JSON.parse(gunzipSync(Buffer.from(answer.body ?? '', 'base64')).toString());
  expect(document.openapi).toMatch(/^3\.1/);
});

test('a long answer is compressed for those who take it, a short one is not', async () => {
  const { accounts } = recordedTruth('chain-a');
  for (const height of [20, 60, 110]) {
    local.setHeight(height);
    for (const { id } of accounts) await local.get(`/v1/accounts/${id}`, { 'cache-control': 'no-cache' });
  }
  const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  const report = `/v1/audit?from=${day(-1)}&until=${day(2)}`;
  const [plain, gzipped] = await Promise.all([raw(report, {}), raw(report, { 'accept-encoding': 'gzip' })]);
  expect(plain.body.length).toBeGreaterThan(16 * 1024);
  expect(gzipped.body.length * 3).toBeLessThan(plain.body.length);
  expect(JSON.parse(gunzipSync(gzipped.body).toString()).entries).toEqual(JSON.parse(plain.body.toString()).entries);
  for (const { headers } of [plain, gzipped]) expect(headers.vary).toBe('accept, accept-encoding');
  const short = await raw('/v1/ready', { 'accept-encoding': 'gzip' });
  expect([short.headers['content-encoding'], short.headers.vary]).not.toContain('gzip');
});

test('what has a strong tag goes as it is, and what has a weak one is compressed', async () => {
  const body = { text: 'a'.repeat(20_000) };
  const strong = { status: 200, headers: { etag: '"a"' }, body };
  expect(await compressed(strong, 'gzip')).toBe(strong);
  const weak = await compressed({ ...strong, headers: { etag: 'W/"a"' } }, 'gzip');
  expect(weak.headers).toEqual({ etag: 'W/"a"', vary: 'accept-encoding', 'content-encoding': 'gzip' });
  expect(JSON.parse(gunzipSync(weak.body as Buffer).toString())).toEqual(body);
});

test('by the rules of Accept-Encoding', () => {
  for (const accepted of ['gzip', 'br, gzip;q=0.5', 'GZIP', 'gzip; q=1.0, *;q=0'])
    expect([accepted, takesGzip(accepted)]).toEqual([accepted, true]);
  for (const accepted of [undefined, '', 'br', 'identity', 'gzip;q=0', 'br, gzip; q=0.000, deflate', 'x-gzipped'])
    expect([accepted, takesGzip(accepted)]).toEqual([accepted, false]);
});

test('the tag is of the content', async () => {
  const { headers, body } = await raw(path, {});
  expect(headers.etag).toBe(`"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`);
});
