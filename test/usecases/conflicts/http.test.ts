import { setTimeout as pollPause } from 'node:timers/promises';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EntityRef } from '../../../lib/domain/entity.ts';
import { createDynamo } from '../../../lib/store/dynamodb/client.ts';
import { tableName } from '../../../lib/store/tables.ts';
import { faultsOf } from '../../contract/contract-of.ts';
import { type Got, type Local, startLocal } from '../../support/local.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { runsOnEngine } from '../../support/runs-on-engine.ts';

const truth = recordedTruth('chain-a');
const villas = 'fb0cd3cdbf3fc3fd4544f410a6617bcdcd42a97ac568dc530a85bf61e5cdb101';
const user1 = 'account-hash-07057cd1dd5ecd8b77a0249f04eb91cb5694600d01155d63ba23f1c364598237';
const stranger = `account-hash-${'ab'.repeat(32)}`;
const operator = { authorization: 'Bearer a-key-for-tests-only' };
const noCache = { 'cache-control': 'no-cache' };

let local: Local;
beforeAll(async () => {
  local = await startLocal({ nodes: 3 });
});
afterAll(async () => {
  await local?.close();
});

/** Edits the value outside the service and leaves the digest. */
async function edit(ref: EntityRef, change: object): Promise<void> {
  const { records } = local.stack.store;
  const record = await records.get(ref);
  if (record?.value == null) throw new Error(`${ref.kind} ${ref.id} is not stored`);
  const { block, sequence } = record;
  const { won } = await records.save(
    { ...record, value: { ...record.value, ...change } },
    { ...block, sequence },
    undefined,
  );
  if (!won) throw new Error(`${ref.kind} ${ref.id} changed in the meantime`);
}

/** An operator's request. Its answer is checked against the contract. */
async function ask(route: string, path: string, body?: unknown): Promise<Got> {
  const got = await (route.startsWith('GET') ? local.get(path, operator) : local.post(path, body, operator));
  expect([route, faultsOf(route, got)]).toEqual([route, []]);
  return got;
}
const conflictOf = async (id: string) => (await ask('GET /v1/conflicts/{id}', `/v1/conflicts/${id}`)).body;
const list = async (query = '') => (await ask('GET /v1/conflicts', `/v1/conflicts${query}`)).body;
const decide = (id: string, body: unknown, query = '') =>
  ask('POST /v1/conflicts/{id}/decision', `/v1/conflicts/${id}/decision${query}`, body);
const undo = (id: string, body: unknown) => ask('POST /v1/conflicts/{id}/undo', `/v1/conflicts/${id}/undo`, body);
const resolve = (query = '', body: unknown = {}) =>
  ask('POST /v1/conflicts/resolve', `/v1/conflicts/resolve${query}`, body);

/** Polls until the stream has been handled; only the limit of the test ends it. */
async function once(id: string, status: string) {
  for (;;) {
    const conflict = await conflictOf(id);
    if (conflict.status === status) return conflict;
    await pollPause(50);
  }
}

test('an owner edited by hand: one conflict, resolved by the stream to the chain’s value, with an audit entry', async () => {
  const path = '/v1/assets/villas/0';
  await local.get(path);
  await edit({ kind: 'asset', id: `${villas}:0` }, { owner: stranger });
  const disputed = await local.get(path, noCache);
  expect(faultsOf('GET /v1/assets/{collection}/{tokenId}', disputed)).toEqual([]);
  const { id } = (await list('?status=open')).items[0] ?? (await list('?status=resolved')).items[0];
  expect(disputed.body).toMatchObject({
    data: { owner: user1 },
    meta: { source: 'chain', stale: false, conflict: id },
  });
  expect(disputed.headers.get('cache-control')).toMatch(/max-age=0\b/);

  const conflict = await once(id, 'resolved');
  expect(conflict).toMatchObject({
    ref: { kind: 'asset', id: `${villas}:0` },
    class: 'edited',
    fields: [{ field: 'owner', database: stranger, chain: user1, resolution: 'chain-wins' }],
    block: truth.block(60),
    decision: { decision: 'chain', reviewer: 'service' },
    explanation: expect.stringContaining('owner'),
  });
  expect(conflict.evidence.map(({ says }: { says: string }) => says)).toEqual(['chain', 'chain', 'chain']);

  const { entries } = (await local.get(`${path}/history`)).body;
  expect(entries).toMatchObject([
    { sequence: 2, cause: 'resolution', actor: 'service', before: { owner: stranger }, after: { owner: user1 } },
    { sequence: 1, cause: 'lookup' },
  ]);
  const again = await local.get(path, noCache);
  expect(again.body.meta.conflict).toBeUndefined();
  expect((await list()).items).toEqual([]);
  expect(local.stack.deadLetters()).toEqual([]);
});

describe('an account whose purse was edited', () => {
  const path = `/v1/accounts/${user1}`;
  const mainPurse = `uref-${'ab'.repeat(32)}-007`;
  let id = '';

  test('awaits a review, is labelled and listed', async () => {
    await local.get(path);
    await edit({ kind: 'account', id: user1 }, { mainPurse });
    id = (await local.get(path, noCache)).body.meta.conflict;
    const conflict = await once(id, 'awaiting-review');
    expect(conflict).toMatchObject({ owner: 'operations', deadline: expect.any(String), decision: null });
    expect((await list()).items).toEqual([conflict]);
    expect((await list('?status=awaiting-review')).items).toEqual([conflict]);
    expect((await list('?status=resolved&limit=1')).items).toMatchObject([{ status: 'resolved' }]);
    expect((await local.get(path)).body).toMatchObject({ data: truth.account(user1, 60), meta: { conflict: id } });
  });

  test.each([
    ['no decision', {}, ['decision', 'reviewer']],
    ['another one', { decision: 'both', reviewer: 'ada' }, ['decision']],
    ['no reviewer', { decision: 'chain', reviewer: '' }, ['reviewer']],
    ['a name too long', { decision: 'chain', reviewer: 'a'.repeat(201) }, ['reviewer']],
    ['a note too long', { decision: 'chain', reviewer: 'ada', note: 'n'.repeat(2_001) }, ['note']],
    ['something else', { decision: 'chain', reviewer: 'ada', force: true }, ['body']],
  ])('is not decided by a request with %s', async (_name, body, paths) => {
    const { status, body: problem } = await decide(id, body);
    expect([status, problem.code]).toEqual([400, 'invalid_request']);
    expect(problem.errors.map((error: { path: string }) => error.path)).toEqual(paths);
  });

  test.each(['?dryrun=true', '?dry_run=true', '?dryRun=yes', '?dryRun=', '?force=true'])(
    'a request with %s decides, resolves and takes back nothing',
    async (query) => {
      const [path] = query.slice(1).split('=');
      for (const asked of [
        decide(id, { decision: 'chain', reviewer: 'ada' }, query),
        resolve(query),
        ask('POST /v1/conflicts/{id}/undo', `/v1/conflicts/${id}/undo${query}`, {}),
      ]) {
        const { status, body: problem } = await asked;
        expect([status, problem.code]).toEqual([400, 'invalid_request']);
        expect(problem.errors).toMatchObject([{ path }]);
      }
      expect((await conflictOf(id)).status).toBe('awaiting-review');
    },
  );

  test.each([{ dryrun: true }, { dryRun: 'true' }, [], 'true'])('the body %j resolves nothing', async (body) => {
    expect((await resolve('', body)).status).toBe(400);
  });

  test('a body over the limit is refused on every route that takes one', async () => {
    const large = { reviewer: 'ada', note: 'n'.repeat(20_000) };
    const refused = [
      await decide(id, { decision: 'chain', ...large }),
      await undo(id, large),
      await resolve('', large),
      await ask('POST /v1/invalidations', '/v1/invalidations', large),
      await ask('POST /v1/sync/rewind', '/v1/sync/rewind', large),
      await ask('POST /v1/lookup', '/v1/lookup', { refs: 'n'.repeat(140_000) }),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [413, 'too_large']));
  });

  test('is decided after a dry run, and the decision is taken back', async () => {
    const chain = { decision: 'chain', reviewer: 'ada', note: 'purses do not move' };
    const dry = await decide(id, { ...chain, dryRun: true });
    const changes = { before: { mainPurse }, after: { mainPurse: expect.stringContaining('uref-') } };
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, status: 'resolved', changes } });
    for (const [query, inBody] of [
      ['?dryRun=true', {}],
      ['?dryRun=true', { dryRun: false }],
      ['?dryRun=false', { dryRun: true }],
    ] as const) {
      const same = await decide(id, { ...chain, ...inBody }, query);
      expect([same.status, same.body.dryRun, same.body.changes]).toEqual([200, true, changes]);
    }
    expect((await conflictOf(id)).status).toBe('awaiting-review');

    expect(await decide(id, chain)).toMatchObject({
      status: 200,
      body: { dryRun: false, status: 'resolved', changes },
    });
    const late = await decide(id, { ...chain, decision: 'database' });
    expect([late.status, late.body.code]).toEqual([409, 'conflict_state']);
    expect((await local.get(path)).body.meta.conflict).toBeUndefined();

    expect(await undo(id, { reviewer: 'ben' })).toMatchObject({ status: 200, body: { status: 'awaiting-review' } });
    expect((await undo(id, { reviewer: 'ben' })).status).toBe(409);
    expect((await local.get(path)).body.meta.conflict).toBe(id);
    const { entries } = (await local.get(`${path}/history`)).body;
    expect(entries[0]).toMatchObject({ cause: 'review', actor: 'local:operator-key', after: changes.after });
    expect((await resolve('?dryRun=true')).body).toMatchObject({ dryRun: true, items: [{ id, action: 'nothing' }] });
    expect((await resolve('', { dryRun: true })).body).toMatchObject({ dryRun: true, items: [{ id }] });
    expect((await resolve('?dryRun=false', { dryRun: true })).body).toMatchObject({ dryRun: true, items: [{ id }] });
    expect((await decide(id, { decision: 'dismiss', reviewer: 'ada' })).status).toBe(200);
    expect((await resolve()).body).toEqual({ dryRun: false, items: [], next: null });
    const undone = await fetch(`${local.url}/v1/conflicts/${id}/undo`, { method: 'POST', headers: operator });
    expect([undone.status, await undone.json()]).toMatchObject([200, { status: 'awaiting-review' }]);
    expect((await local.get('/v1/stats', operator)).body.store.conflicts).toEqual({ open: 0, awaitingReview: 1 });
  });
});

test('an unknown conflict, an unknown status and an invalid page are refused', async () => {
  const unknown = 'f'.repeat(64);
  for (const id of [unknown, 'nothing']) {
    expect((await ask('GET /v1/conflicts/{id}', `/v1/conflicts/${id}`)).status).toBe(404);
    expect((await decide(id, { decision: 'chain', reviewer: 'ada' })).status).toBe(404);
    expect((await undo(id, {})).status).toBe(404);
  }
  for (const query of ['?status=closed', '?limit=0', '?cursor=abc']) {
    const got = await ask('GET /v1/conflicts', `/v1/conflicts${query}`);
    expect([query, got.status]).toEqual([query, 400]);
  }
  expect((await resolve('?dryRun=perhaps')).status).toBe(400);
});

test('conflicts are neither listed nor decided without a credential', async () => {
  for (const path of ['/v1/conflicts', `/v1/conflicts/${'f'.repeat(64)}`]) {
    expect((await local.get(path)).status).toBe(401);
  }
  for (const path of [`/v1/conflicts/${'f'.repeat(64)}/decision`, '/v1/conflicts/resolve']) {
    expect((await local.post(path, {})).status).toBe(401);
  }
});

/** Edits the purse of an account that no other test reads; the conflict's id, once it awaits a review. */
const others = truth.accounts.filter(({ id }) => id !== user1 && truth.account(id, 60) !== null).map(({ id }) => id);
async function disputed(): Promise<string> {
  const account = others.pop();
  const path = `/v1/accounts/${account}`;
  expect((await local.get(path)).status).toBe(200);
  await edit({ kind: 'account', id: account ?? '' }, { mainPurse: `uref-${'ab'.repeat(32)}-007` });
  const { conflict } = (await local.get(path, noCache)).body.meta;
  await once(conflict, 'awaiting-review');
  return conflict;
}

// The store in memory has no rows that could be changed from outside.
(runsOnEngine ? describe : describe.skip)('a row of a conflict that was changed outside the service', () => {
  let dynamo: ReturnType<typeof createDynamo>;
  beforeAll(() => {
    const { endpoint } = local.stack.engine;
    dynamo = createDynamo({ endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
  });
  afterAll(() => dynamo?.destroy());

  const conflicts = tableName('astake-lookup-local', 'conflicts');
  const breakRow = (id: string, attribute: string, value: unknown) =>
    dynamo.send(
      new UpdateCommand({
        TableName: conflicts,
        Key: { id },
        UpdateExpression: 'SET #attribute = :value',
        ExpressionAttributeNames: { '#attribute': attribute },
        ExpressionAttributeValues: { ':value': value },
      }),
    );

  test.each([
    ['fields that are not JSON', 'fields', '{'],
    ['evidence of another form', 'evidence', '{"node":1}'],
    ['a ref that names nothing', 'ref', 7],
    ['a height that is no number', 'height', 'high'],
    ['an unknown class', 'class', 'odd'],
  ])('%s: it is listed as unreadable, and neither the list nor resolving stops', async (_, attribute, value) => {
    const id = await disputed();
    await breakRow(id, attribute, value);

    const listed = (await list('?status=awaiting-review')).items;
    expect(listed).toContainEqual({
      id,
      status: 'awaiting-review',
      unreadable: true,
      explanation: expect.any(String),
    });
    expect((await local.get(`/v1/conflicts/${id}`, operator)).status).toBe(409);
    expect((await decide(id, { decision: 'chain', reviewer: 'ada' })).status).toBe(409);
    const { body } = await resolve('?dryRun=true');
    expect(body.items).toContainEqual(expect.objectContaining({ id, action: 'nothing' }));
    for (let next: string | null = null, pages = 0; pages === 0 || next !== null; pages += 1) {
      const page: { next: string | null } = await list(`?limit=1${next === null ? '' : `&cursor=${next}`}`);
      next = page.next;
      expect(pages).toBeLessThan(20);
    }
  });
});

test('the name of a reviewer is a note: the actor is who was authenticated, also for a caller named "service"', async () => {
  const id = await disputed();
  expect((await decide(id, { decision: 'database', reviewer: 'service' })).body.decision).toMatchObject({
    by: 'local:operator-key',
    reviewer: 'service',
  });
  expect((await undo(id, { reviewer: 'service' })).status).toBe(200);
  const day = new Date().toISOString().slice(0, 10);
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const { entries } = (await ask('GET /v1/audit', `/v1/audit?from=${day}&until=${until}`)).body;
  const trail = entries.filter((entry: { kind: string; id: string }) => entry.kind === 'conflict' && entry.id === id);
  expect(trail).toMatchObject([
    { cause: 'review', actor: 'local:operator-key', after: { decision: { reviewer: 'service' } } },
    { cause: 'review', actor: 'local:operator-key', after: { decision: null, reviewer: 'service' } },
  ]);
});
