import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { faultsOf } from '../../contract/contract-of.ts';
import { eventually } from '../../faults/child.ts';
import { runOf } from '../../store/samples.ts';
import { type Got, type Local, startLocal } from '../../support/local.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';

const truth = recordedTruth('chain-a');
const height = 60;
const operator = { authorization: 'Bearer a-key-for-tests-only' };
const accounts = truth.accounts.filter(({ id }) => truth.account(id, height)).map(({ id }) => id);
const tokens = truth.tokens.filter((token) => truth.asset(token, height));
const [collection] = truth.collections;
const owner = String(tokens.map((token) => truth.asset(token, height)?.owner).find(Boolean));
const path = '/v1/reconciliations';

let local: Local;
beforeAll(async () => {
  local = await startLocal({ height });
  for (const id of accounts) await local.get(`/v1/accounts/${id}`);
  for (const { packageHash, tokenId } of tokens) await local.get(`/v1/assets/${packageHash}/${tokenId}`);
  await local.post('/v1/sync', {}, operator);
});
afterAll(() => local.close());

/** The answer, after it is checked against the contract. */
async function checked(route: string, got: Promise<Got>, status: number): Promise<Got> {
  const answer = await got;
  expect([route, answer.status, faultsOf(route, answer)]).toEqual([route, status, []]);
  return answer;
}

const start = (body: unknown, status: number, query = '') =>
  checked(`POST ${path}`, local.post(`${path}${query}`, body, operator), status);
const get = (id: string, status = 200) => checked(`GET ${path}/{id}`, local.get(`${path}/${id}`, operator), status);
const cancel = (id: string, status: number) =>
  checked(`POST ${path}/{id}/cancel`, local.post(`${path}/${id}/cancel`, '', operator), status);
const list = (query: string, status = 200) => checked(`GET ${path}`, local.get(`${path}?${query}`, operator), status);

const stats = async () => (await checked('GET /v1/stats', local.get('/v1/stats', operator), 200)).body.store;

/** The report of a run after its coverage was counted, when no worker is left. */
async function ended(id: string) {
  await eventually(async () => (await get(id)).body.coverage !== null);
  return (await get(id)).body;
}

test.each([
  ['POST', path, path],
  ['GET', path, path],
  ['GET', `${path}/run-1`, `${path}/{id}`],
  ['POST', `${path}/run-1/cancel`, `${path}/{id}/cancel`],
])('%s %s needs the operator key', async (method, asked, route) => {
  await checked(`${method} ${route}`, method === 'GET' ? local.get(asked) : local.post(asked, {}), 401);
});

describe('a run of the whole store', () => {
  let id: string;

  test('is started, and the reply does not wait for it', async () => {
    const { headers, body } = await start('', 202);
    id = body.id;
    expect(headers.get('location')).toBe(`${path}/${id}`);
    expect(body).toMatchObject({ scope: { of: 'all' }, dryRun: false, startedBy: 'operator', status: 'running' });
    const report = await ended(id);
    expect(report).toMatchObject({
      id,
      status: 'finished',
      block: { height },
      progress: { shards: 16, done: 16 },
      counts: { missed: 0, conflict: 0, unverifiable: 0, skipped: 0, review: 0 },
      unreached: 0,
      byCheck: { digest: { failed: 0 }, trail: { failed: 0 } },
      coverage: { records: report.records, verified: report.records, share: 1 },
    });
    const { asset, account } = report.byKind;
    expect(asset.match + asset.behind).toBe(tokens.length);
    expect(account.match + account.behind).toBe(accounts.length);
    expect(report.calls).toBeGreaterThan(0);
    expect(report.recommendations.length + report.notes.length).toBeGreaterThan(0);
  });

  test('has an HTML page without scripts', async () => {
    for (const [query, accept] of [
      ['?format=html', '*/*'],
      ['', 'text/html,application/xhtml+xml,*/*;q=0.8'],
    ]) {
      const response = await fetch(`${local.url}${path}/${id}${query}`, {
        headers: { ...operator, accept: `${accept}` },
      });
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
      const text = await response.text();
      expect(text).toContain(id);
      expect(text).toContain('<th scope="row" class="name">asset</th>');
    }
    const { headers } = await get(id);
    expect([headers.get('content-type'), headers.get('vary')]).toEqual(['application/json', 'accept']);
    await checked(`GET ${path}/{id}`, local.get(`${path}/${id}?format=pdf`, operator), 400);
  });

  test('is published on the bus', async () => {
    const events = () => local.stack.events().filter(({ detailType }) => detailType === 'ReconciliationFinished');
    await eventually(() => events().length > 0);
    expect(events().map(({ detail }) => detail)).toEqual([
      expect.objectContaining({
        id: `ReconciliationFinished#${id}`,
        detail: expect.objectContaining({ id, status: 'finished', dryRun: false }),
      }),
    ]);
  });

  test('has the same coverage as the statistics', async () => {
    const { coverage, drift } = await stats();
    const { records } = await ended(id);
    expect(coverage).toMatchObject({ records, verified: records, share: 1 });
    expect(drift.sevenDays).toMatchObject({ differs: 0 });
  });
});

describe('a run of a part of the store', () => {
  test.each([
    ['a kind', { kind: 'account' }, () => accounts.length],
    ['a collection, by its alias', { collection: collection?.alias }, () => ofCollection.length],
    ['an owner', { owner }, () => ofOwner],
  ])('%s, as a dry run, changes nothing', async (_, scope, count) => {
    const before = (await stats()).coverage;
    const { body } = await start({ scope, dryRun: true }, 202);
    const report = await ended(body.id);
    expect(report).toMatchObject({
      status: 'finished',
      dryRun: true,
      records: count(),
      counts: { fixed: 0, review: 0 },
    });
    expect(report.notes.join()).toMatch(/dry run: nothing was changed/);
    expect(report.records).toBeGreaterThan(0);
    // A dry run does not count as a verification.
    expect((await stats()).coverage.oldest).toBe(before.oldest);
  });

  const ofCollection = tokens.filter(({ packageHash }) => packageHash === collection?.packageHash);
  // The account has a record too, its staking has none.
  const ofOwner = tokens.filter((token) => truth.asset(token, height)?.owner === owner).length + 1;

  test('is a dry run when the query says so', async () => {
    const { body } = await start({ scope: { kind: 'staking' } }, 202, '?dryRun=true');
    expect(body.dryRun).toBe(true);
    expect((await ended(body.id)).notes).toContainEqual(expect.stringMatching(/nothing is proved/));
  });

  test.each([
    [{ scope: {} }, '', 'scope'],
    [{ scope: { kind: 'house' } }, '', 'scope.kind'],
    [{ scope: { collection: 'no-such-collection' } }, '', 'scope.collection'],
    [{ scope: { owner: 'unknown' } }, '', 'scope.owner'],
    [{ scope: 'all' }, '', 'scope'],
    [{ dryrun: true }, '', 'body'],
    [{ dryRun: 'yes' }, '', 'dryRun'],
    ['{', '', 'body'],
    [{}, '?dryRun=yes', 'dryRun'],
    [{}, '?dryrun=true', 'dryrun'],
  ])('is refused for the request %j%s', async (asked, query, at) => {
    const { body } = await start(asked, 400, query);
    expect(body.errors.map((error: { path: string }) => error.path)).toContain(at);
  });

  test('is refused for a body that is too large', async () => {
    await start({ scope: { owner: 'x'.repeat(9_000) } }, 413);
  });
});

test('while a run is in progress no other run begins; the run can be cancelled once', async () => {
  const now = new Date().toISOString();
  const run = runOf({ id: 'in-progress', startedAt: now, takenUpAt: now });
  const { reconciliations } = local.stack.store;
  expect(await reconciliations.begin(run, await reconciliations.latest())).toBe(true);
  expect((await start({}, 409)).body).toMatchObject({
    code: 'conflict_state',
    detail: expect.stringMatching(/in-progress/),
  });
  expect((await get('in-progress')).body).toMatchObject({ status: 'running', progress: { shards: 16, done: 0 } });
  expect((await cancel('in-progress', 200)).body).toMatchObject({ id: 'in-progress', status: 'cancelled' });
  expect((await cancel('in-progress', 409)).body.detail).toMatch(/cancelled/);
  const { body } = await start({ scope: { kind: 'staking' } }, 202);
  expect((await ended(body.id)).status).toBe('finished');
});

test('all runs are listed, newest first, page by page', async () => {
  const { items } = (await list('')).body;
  const startedAt = items.map((run: { startedAt: string }) => run.startedAt);
  expect(startedAt.length).toBeGreaterThan(5);
  expect(startedAt).toEqual([...startedAt].sort().reverse());
  const paged: unknown[] = [];
  let next: string | null = '';
  while (next !== null) {
    const { body }: Got = await list(`limit=2${next && `&cursor=${next}`}`);
    paged.push(...body.items);
    next = body.next;
  }
  expect(paged).toEqual(items);
  await list('limit=0', 400);
  await list('cursor=x', 400);
});

test.each([
  ['an unknown id', 'no-such-run'],
  ['a reserved name of the store', 'latest'],
  ['a long text', 'x'.repeat(5_000)],
  ['text that cannot be an id', 'a%20b'],
])('%s is not found', async (_, id) => {
  await get(id, 404);
  await cancel(id, 404);
});
