import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyIdIn } from '../../lib/domain/api-key.ts';
import { faultsOf } from '../contract/contract-of.ts';
import { asOperator, type Got, type Local, startLocal } from '../support/local.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

const asked = { name: 'the shop', roles: ['writer'], application: 'shop' };
const create = (body: unknown = asked) => local.post('/v1/keys', body, asOperator);

/** The answer, after a check against the contract. */
async function kept(route: string, got: Promise<Got>, status: number): Promise<Got> {
  const answer = await got;
  expect([route, answer.status, faultsOf(route, answer)]).toEqual([route, status, []]);
  return answer;
}

async function remove(id: string): Promise<Got> {
  const answer = await fetch(`${local.url}/v1/keys/${id}`, { method: 'DELETE', headers: asOperator });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const secretOf = (text: string): string => text.split('_')[2] ?? '';

describe('an operator', () => {
  test('makes a key that one answer shows, and no other one (rule ACCESS-20)', async () => {
    const made = await kept('POST /v1/keys', create({ ...asked, note: 'for the shop' }), 201);
    const { id, key } = made.body;
    expect(keyIdIn(key)).toBe(id);
    expect(made.headers.get('location')).toBe(`/v1/keys/${id}`);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(made.body).toMatchObject({ ...asked, status: 'active', createdBy: 'local:operator-key', revokedAt: null });
    const { key: _, ...shown } = made.body;
    expect((await kept('GET /v1/keys/{id}', local.get(`/v1/keys/${id}`, asOperator), 200)).body).toEqual(shown);
    const listed = await kept('GET /v1/keys', local.get('/v1/keys?limit=1', asOperator), 200);
    expect(listed.body.items).toEqual([shown]);
    const span = `from=${new Date(Date.now() - 3_600_000).toISOString()}&until=${new Date(Date.now() + 3_600_000).toISOString()}`;
    const { body: report } = await kept('GET /v1/audit', local.get(`/v1/audit?${span}`, asOperator), 200);
    expect(report.summary.chainsWhole).toBe(true);
    const entries = report.entries.filter(
      (entry: { kind: string; id: string }) => entry.kind === 'key' && entry.id === id,
    );
    expect(entries).toMatchObject([{ cause: 'access', actor: 'local:operator-key', sequence: 1, problem: null }]);
    const stored = await local.stack.store.keys.find(id);
    expect(stored?.secretHash).toMatch(/^[0-9a-f]{64}$/);
    const everything = JSON.stringify([shown, listed.body, report, stored]);
    expect(everything).not.toContain(secretOf(key));
    expect(JSON.stringify([shown, listed.body, report])).not.toContain(stored?.secretHash);
  });

  test('names collections by alias or package, of which the key keeps the packages', async () => {
    const { package: hash } = JSON.parse(process.env.ASTAKE_COLLECTIONS ?? '{}').villas;
    const made = await create({ ...asked, collections: ['villas'] });
    expect(made.body.collections).toEqual([hash]);
    expect((await create({ ...asked, collections: ['villas', `hash-${hash}`] })).status).toBe(400);
    expect((await create({ ...asked, collections: ['nothing'] })).body.errors).toMatchObject([
      { path: 'collections.0' },
    ]);
  });

  test('revokes a key, once and for good', async () => {
    const { id } = (await create()).body;
    const first = await remove(id);
    expect([first.status, faultsOf('DELETE /v1/keys/{id}', first)]).toEqual([200, []]);
    expect(first.body).toMatchObject({ id, status: 'revoked', revokedBy: 'local:operator-key' });
    expect((await remove(id)).body).toEqual(first.body);
    await kept('POST /v1/keys/{id}/rotate', local.post(`/v1/keys/${id}/rotate`, {}, asOperator), 409);
  });

  test('replaces a key, which goes on for a day unless another overlap is asked for', async () => {
    const { id } = (await create()).body;
    const rotate = (of: string, body: unknown) =>
      kept('POST /v1/keys/{id}/rotate', local.post(`/v1/keys/${of}/rotate`, body, asOperator), 201);
    const next = (await rotate(id, {})).body;
    expect(next).toMatchObject({ ...asked, status: 'active', replaces: id });
    const old = (await local.get(`/v1/keys/${id}`, asOperator)).body;
    expect(old).toMatchObject({ status: 'active', replacedBy: next.id });
    expect(Date.parse(old.expiresAt) - Date.parse(next.createdAt)).toBe(86_400_000);
    await rotate(next.id, { overlapSeconds: 0 });
    expect((await local.get(`/v1/keys/${next.id}`, asOperator)).body.status).toBe('expired');
  });

  test.each(['local:operator-key', '000000000000', 'x'])('gets 404 for %s, which is no stored key', async (id) => {
    expect((await remove(encodeURIComponent(id))).status).toBe(404);
    expect((await local.get(`/v1/keys/${encodeURIComponent(id)}`, asOperator)).status).toBe(404);
  });
});

test.each([
  ['no name', { roles: ['reader'] }, 'name'],
  ['an empty name', { ...asked, name: '' }, 'name'],
  ['a name of 64 characters', { ...asked, name: 'n'.repeat(64) }, 'name'],
  ['a name of two lines', { ...asked, name: 'a\nb' }, 'name'],
  ['no role', { ...asked, roles: [] }, 'roles'],
  ['an unknown role', { ...asked, roles: ['root'] }, 'roles.0'],
  ['a role twice', { ...asked, roles: ['reader', 'reader'] }, 'roles'],
  ['an expiry in the past', { ...asked, expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  ['an expiry that is no date', { ...asked, expiresAt: 'tomorrow' }, 'expiresAt'],
  ['no collection at all', { ...asked, collections: [] }, 'collections'],
  [
    'a limit below zero',
    { ...asked, limits: { requestsPerMinute: -1, chainReadsPerMinute: 1 } },
    'limits.requestsPerMinute',
  ],
  ['an application with a slash', { ...asked, application: 'a/b' }, 'application'],
  ['a note that is not Unicode', { ...asked, note: '\ud800' }, 'note'],
])('a key with %s is refused', async (_, body, path) => {
  const { body: problem } = await kept('POST /v1/keys', create(body), 400);
  expect(problem.errors.map((error: { path: string }) => error.path)).toContain(path);
  expect(problem.detail).not.toContain('Invalid input');
});

test.each(['/v1/keys', '/v1/keys/000000000000'])('%s is not open', async (path) => {
  expect((await local.get(path)).status).toBe(401);
});
