import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { faultsOf } from '../contract/contract-of.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';

let local: Local;
let run = '';
beforeAll(async () => {
  local = await startLocal();
  await local.get('/v1/assets/villas/0');
  run = (await local.post('/v1/reconciliations', {}, asOperator)).body.id;
});
afterAll(() => local?.close());

const linked = async (): Promise<string> => {
  const got = await local.post(`/v1/reconciliations/${run}/link`, undefined, asOperator);
  expect([got.status, faultsOf('POST /v1/reconciliations/{id}/link', got)]).toEqual([201, []]);
  return got.body.url;
};
const open = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(local.url + path, init);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    text: await response.text(),
  };
};

test('a link opens the report as a page once, without a credential (rule ACCESS-29)', async () => {
  const url = await linked();
  expect(url).toMatch(/^\/reports\/[\w-]+\/[\w-]{43}$/);
  const page = await open(url);
  expect([page.status, page.type]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.text).toContain(run);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  const again = await open(url);
  expect(again.status).toBe(404);
  const never = await open(`/reports/${run}/${'A'.repeat(43)}`);
  const textOf = ({ text }: { readonly text: string }) => ({ ...JSON.parse(text), requestId: '' });
  expect(textOf(never)).toEqual(textOf(again));
});

test('of two that open it at once, one is refused', async () => {
  const url = await linked();
  const statuses = (await Promise.all([open(url), open(url), open(url)])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 404, 404]);
});

test('a link is for its own run, and HEAD does not use it up', async () => {
  const url = await linked();
  const token = url.slice(url.lastIndexOf('/') + 1);
  expect((await open(`/reports/another-run/${token}`)).status).toBe(404);
  expect((await open(url, { method: 'HEAD' })).status).toBe(405);
  expect((await open(url)).status).toBe(200);
});

test('only who may read reports makes a link, and for a run that there is', async () => {
  const path = `/v1/reconciliations/${run}/link`;
  expect((await local.post(path, undefined)).status).toBe(401);
  const { body: made } = await local.post('/v1/keys', { name: 'reads', roles: ['reader'] }, asOperator);
  expect((await local.post(path, undefined, { authorization: `Bearer ${made.key}` })).status).toBe(403);
  const { body: auditor } = await local.post('/v1/keys', { name: 'audits', roles: ['auditor'] }, asOperator);
  expect((await local.post(path, undefined, { authorization: `Bearer ${auditor.key}` })).status).toBe(201);
  expect((await local.post('/v1/reconciliations/no-such-run/link', undefined, asOperator)).status).toBe(404);
});
