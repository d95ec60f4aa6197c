import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { enumerateCollection } from '../../lib/usecases/collecting/enumerate-collection.ts';
import { faultsOf } from '../contract/contract-of.ts';
import { eventually } from '../faults/child.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';

const truth = recordedTruth('chain-a');
const height = 60;
const [account] = truth.accounts.filter(({ id }) => truth.account(id, height)).map(({ id }) => id);
const token = truth.tokens.find((one) => truth.asset(one, height)?.owner);
const owner = token && truth.asset(token, height)?.owner;

let local: Local;
beforeAll(async () => {
  local = await startLocal({ height });
});
afterAll(() => local.close());

const changes = async (query: string, headers: Readonly<Record<string, string>> = {}, status = 200) => {
  const got = await local.get(`/v1/changes?${query}`, headers);
  expect([query, got.status, faultsOf('GET /v1/changes', got)]).toEqual([query, status, []]);
  return got.body;
};

describe('GET /v1/changes', () => {
  test('gives what has changed since a cursor, in the form of the bus', async () => {
    const { next } = await changes('');
    await local.get(`/v1/accounts/${account}`);
    await local.get(`/v1/assets/${token?.packageHash}/${token?.tokenId}`);
    let items: { readonly id: string }[] = [];
    await eventually(async () => {
      ({ items } = await changes(`after=${next}`));
      return items.length >= 2;
    });
    const ids = [`RecordChanged#account#${account}#1`, `RecordChanged#asset#${token?.packageHash}:${token?.tokenId}#1`];
    expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    // Rule FEED-6.
    await eventually(() => local.stack.events().length >= items.length);
    const bus = local.stack.events().map(({ detail }) => detail);
    expect(bus).toEqual(expect.arrayContaining(items));
  });

  test('waits for the first event', async () => {
    const { head } = await changes('');
    const waiting = changes(`after=${head}&wait=25`);
    const [, , other] = truth.accounts.filter(({ id }) => truth.account(id, height)).map(({ id }) => id);
    await local.get(`/v1/accounts/${other}`);
    expect((await waiting).items).toMatchObject([{ ref: { kind: 'account', id: other }, accounts: [other] }]);
  });

  test('filters by kind, collection and account, in any spelling', async () => {
    const byKind = await changes('after=start&kinds=asset');
    expect(byKind.items).toMatchObject([{ collection: token?.packageHash, accounts: [owner] }]);
    expect((await changes('after=start&collection=villas&kinds=account')).items).toEqual([]);
    for (const spelling of [`collection=hash-${token?.packageHash}`, `account=${owner}&kinds=asset`]) {
      expect((await changes(`after=start&${spelling}`)).items).toEqual(byKind.items);
    }
  });

  // Rule FEED-8.
  test('shows runs to auditors alone', async () => {
    await local.post('/v1/reconciliations', { dryRun: true }, asOperator);
    let items: unknown[] = [];
    await eventually(async () => {
      ({ items } = await changes('after=start&types=ReconciliationStarted', asOperator));
      return items.length > 0;
    });
    expect(items).toMatchObject([{ ref: null, detail: { dryRun: true, startedBy: 'operator' } }]);
    expect((await changes('after=start&types=ReconciliationStarted')).items).toEqual([]);
  });

  test('gives a credential for some collections no event of others, and refuses to filter by them', async () => {
    const body = { name: 'a shop', roles: ['reader'], collections: ['villas'] };
    const { key } = (await local.post('/v1/keys', body, asOperator)).body;
    const limited = { authorization: `Bearer ${key}` };
    expect((await changes('after=start&kinds=asset')).items).toHaveLength(1);
    expect((await changes('after=start&kinds=asset', limited)).items).toEqual([]);
    expect((await changes('after=start&kinds=account', limited)).items.length).toBeGreaterThan(0);
    await changes(`collection=${token?.packageHash}`, limited, 403);
    expect((await changes('collection=villas', limited)).items).toEqual([]);
  });

  test.each([
    ['after=7', 'after'],
    ['after=later', 'after'],
    ['after=', 'after'],
    [`after=99999.${'0'.repeat(16)}`, 'after'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['wait=26', 'wait'],
    ['wait=', 'wait'],
    ['kinds=assets', 'kinds'],
    ['types=RecordChanged,', 'types'],
    ['account=me', 'account'],
    ['collection=none', 'collection'],
    ['since=1', 'since'],
  ])('refuses %s', async (query, path) => {
    expect((await changes(query, {}, 400)).errors).toMatchObject([{ path }]);
  });

  test('has what an enumeration keeps, in the form of the contract', async () => {
    const { head } = await changes('');
    expect((await local.post('/v1/sync', {}, asOperator)).status).toBe(200);
    await enumerateCollection({ collection: token?.packageHash ?? '' }, local.stack.service());
    let items: { readonly cause: string }[] = [];
    await eventually(async () => {
      ({ items } = await changes(`after=${head}&kinds=asset`));
      return items.length > 0;
    });
    expect(items).toContainEqual(expect.objectContaining({ cause: 'enumeration' }));
  });
});
