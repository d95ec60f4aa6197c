import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildPages, localPages } from '../../infra/build-pages.ts';
import { pages } from '../../lib/runtime/page-routes.ts';
import { type Local, startLocal } from '../support/local.ts';

let local: Local;
beforeAll(async () => {
  await buildPages(localPages);
  local = await startLocal();
});
afterAll(() => local.close());

const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  fetch(local.url + path, { method, headers });
const partsOf = (html: string): string[] => [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);

test.each(Object.keys(pages))('%s is a page that loads from its own host alone', async (path) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-cache');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const parts = partsOf(await response.text()).filter((url) => url !== 'data:,');
  expect(parts.length).toBeGreaterThanOrEqual(2);
  for (const part of parts) {
    expect(part).toMatch(/^\/pages\/[\w-]+-[A-Z0-9]{8}\.(?:js|css)$/);
    const file = await get(part);
    expect(file.status).toBe(200);
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  }
});

test('a page is compressed for those who take it so, and has not to be sent again', async () => {
  const [plain, gzipped] = await Promise.all([
    get('/', { 'accept-encoding': 'identity' }),
    get('/', { 'accept-encoding': 'gzip' }),
  ]);
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(gzipped.headers.get('content-encoding')).toBe('gzip');
  expect(await gzipped.text()).toBe(await plain.text());
  expect(gzipped.headers.get('etag')).not.toBe(plain.headers.get('etag'));
  const again = await get('/', {
    'accept-encoding': 'gzip',
    'if-none-match': gzipped.headers.get('etag') ?? '',
  });
  expect([again.status, await again.text()]).toEqual([304, '']);
  const refusing = await get('/', { 'accept-encoding': 'gzip;q=0' });
  expect(refusing.headers.get('content-encoding')).toBeNull();
});

test('only what was built is read', async () => {
  for (const path of ['/pages/pages.json', '/pages/..%2fmeta.json', '/pages/constructor', '/docs/', '/index.html'])
    expect((await get(path)).status).toBe(404);
  const head = await get('/', {}, 'HEAD');
  expect([head.status, await head.text()]).toEqual([200, '']);
  const posted = await get('/', {}, 'POST');
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
});
