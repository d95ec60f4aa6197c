import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { entityDefinitions } from '../../lib/entities/index.ts';
import { createClock } from '../../lib/runtime/clock.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { sendRaw } from '../fuzz/raw-request.ts';
import { listsAt, markWhole } from '../recorded-truth/whole.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';

const height = 120;
const truth = recordedTruth('chain-d');
const collections = Object.entries(recordedExamples['chain-d'].collections as Record<string, { package: string }>);
const tokensOf = (packageHash: string): string[] =>
  truth.tokens
    .filter((token) => token.packageHash === packageHash && truth.asset(token, height) !== null)
    .map(({ tokenId }) => tokenId);
const isNumber = (id: string): boolean => /^(0|[1-9]\d*)$/.test(id);
/** Numbers by their value, then all other ids. */
const inOrder = (ids: readonly string[]): string[] => [
  ...ids.filter(isNumber).sort((a, b) => Number(BigInt(a) - BigInt(b))),
  ...ids.filter((id) => !isNumber(id)).sort(),
];

let local: Local;
beforeAll(async () => {
  local = await startLocal({ recording: 'chain-d', height, env: { ASTAKE_CORS_ORIGINS: 'https://app.example' } });
  // Sync first: the tokens are read at its cursor.
  expect((await local.post('/v1/sync', {}, asOperator)).status).toBe(200);
  for (const [, { package: hash }] of collections)
    for (const id of tokensOf(hash))
      expect((await local.get(`/v1/assets/${hash}?tokenId=${encodeURIComponent(id)}`)).status).toBe(200);
});
afterAll(() => local?.close());

async function allPages(path: string, limit: number): Promise<{ readonly ids: string[]; readonly sizes: number[] }> {
  const ids: string[] = [];
  const sizes: number[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body } = await local.get(`${path}?limit=${limit}${cursor && `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    ids.push(...body.items.map(({ data }: { data: { tokenId: string } }) => data.tokenId));
    sizes.push(body.items.length);
    cursor = body.next;
  }
  return { ids, sizes };
}

describe('the assets of a collection', () => {
  test.each([100, 7, 1])('are listed by their ids, numbers by their value, %i at a time', async (limit) => {
    for (const [alias, { package: hash }] of collections) {
      const expected = inOrder(tokensOf(hash));
      expect(expected.length).toBeGreaterThan(1);
      for (const name of [alias, hash]) {
        const { ids, sizes } = await allPages(`/v1/collections/${name}/assets`, limit);
        expect(ids).toEqual(expected);
        expect(sizes.slice(0, -1).every((size) => size === limit)).toBe(true);
      }
    }
    expect(collections.some(([, { package: hash }]) => tokensOf(hash).length > 10)).toBe(true);
  });

  test('a cursor belongs to its collection', async () => {
    const [first, second] = collections.map(([alias]) => alias);
    const { body } = await local.get(`/v1/collections/${first}/assets?limit=1`);
    for (const [path, status] of [
      [`/v1/collections/${first}/assets`, 200],
      [`/v1/collections/${second}/assets`, 400],
    ] as const)
      expect((await local.get(`${path}?limit=1&cursor=${body.next}`)).status).toBe(status);
  });

  test.each(['/v1/assets?collection=villas', '/v1/assets/villas'])(
    'is named where %s lacks what it needs',
    async (path) => {
      const { status, body } = await local.get(path);
      expect([status, body.detail]).toEqual([400, expect.stringContaining('GET /v1/collections/{collection}/assets')]);
    },
  );

  test('a collection of which nothing is stored has none', async () => {
    const { status, body } = await local.get(`/v1/collections/${'0'.repeat(64)}/assets`);
    expect([status, body.items, body.next]).toEqual([200, [], null]);
  });
});

describe('once the collections are whole', () => {
  const owners = [
    ...new Set(
      truth.tokens.flatMap((token) => (truth.asset(token, height) as { owner: string | null } | null)?.owner ?? []),
    ),
  ];
  const hashes = collections.map(([, one]) => one.package).sort();
  beforeAll(async () => {
    const dynamo = createDynamo({ endpoint: local.stack.engine.endpoint });
    const definitions = entityDefinitions({ collections: recordedExamples['chain-d'].collections });
    await markWhole(truth, {
      ...createStore(dynamo, namePrefix('local'), createClock()),
      definitions,
      clock: createClock(),
    });
    dynamo.destroy();
    // What the process has read before may be a second old.
    for (const path of [`/v1/assets?owner=${owners[0]}`, ...hashes.map((hash) => `/v1/collections/${hash}/assets`)]) {
      let answer = await local.get(path);
      for (let tries = 0; !answer.body.complete && tries < 1_000; tries += 1) answer = await local.get(path);
      expect([path, answer.body.collections[0].reason]).toEqual([path, null]);
    }
  });

  test('a list is complete, and says of what and at which block', async () => {
    const through = truth.block(height);
    const whole = (packageHash: string) => ({ packageHash, state: 'whole', through, reason: null });
    for (const owner of owners) {
      const { body } = await local.get(`/v1/assets?owner=${owner}&limit=100`);
      expect([body.complete, body.next, body.meta.block]).toEqual([true, null, through]);
      expect(body.collections).toEqual(hashes.map(whole));
      expect(body.items.map(({ data }: { data: { id: string } }) => data.id)).toEqual(
        listsAt(height, truth).owner(owner),
      );
    }
    for (const hash of hashes) {
      const { body } = await local.get(`/v1/collections/${hash}/assets?limit=100`);
      expect([body.complete, body.collections]).toEqual([true, [whole(hash)]]);
    }
    // Of another collection nothing is known.
    const { body } = await local.get(`/v1/collections/${'0'.repeat(64)}/assets`);
    expect([body.complete, body.collections[0].state]).toEqual([false, 'none']);
  });

  test('a collection says how many tokens it has, and answers 304 while that is the same', async () => {
    for (const hash of hashes) {
      const { headers, body } = await local.get(`/v1/collections/${hash}`);
      const { tracked, burnt, holders, block, whole } = body.data.tokens;
      expect({ tracked, burnt, holders }).toEqual(listsAt(height, truth).counts(hash));
      expect([block, whole.state, whole.through]).toEqual([truth.block(height), 'whole', truth.block(height)]);
      const again = await fetch(`${local.url}/v1/collections/${hash}`, {
        headers: { 'if-none-match': headers.get('etag') ?? '' },
      });
      expect(again.status).toBe(304);
      const { body: batch } = await local.post('/v1/lookup', { refs: [{ kind: 'collection', id: hash }] });
      expect(batch.results[0].data).toEqual(body.data);
    }
  });
});

test('the configured collections are listed by their package hashes, as each is answered by itself', async () => {
  const hashes = collections.map(([, one]) => one.package).sort();
  const pages: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await local.get(`/v1/collections?limit=1${cursor && `&cursor=${cursor}`}`);
    const [item] = body.items;
    pages.push(item.data.id);
    expect(item.data).toEqual((await local.get(`/v1/collections/${item.data.id}`)).body.data);
    cursor = body.next;
  }
  expect(pages).toEqual(hashes);
});

test('the lists answer HEAD, and pages of other origins', async () => {
  for (const path of ['/v1/collections', `/v1/collections/${collections[0]?.[0]}/assets`]) {
    const { status, text } = await sendRaw(local.url, { method: 'HEAD', path, headers: {}, body: undefined });
    expect([path, status, text]).toEqual([path, 200, '']);
    const { headers } = await local.get(path, { origin: 'https://app.example' });
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
  }
});
