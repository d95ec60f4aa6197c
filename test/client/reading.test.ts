import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { type ClientSettings, createClient } from '../../lib/client/index.ts';
import { devKeys, keyOf, type Signer, signedTransfer } from '../infra/local/dev-chain/signed.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { hangsUp, type MishandlingProxy, startMishandlingProxy } from './mishandling-proxy.ts';

let local: Local;
let proxy: MishandlingProxy;
beforeAll(async () => {
  local = await startLocal();
  proxy = await startMishandlingProxy(local.url);
  await nextBlock();
  // Records of several tokens of one owner, and their events.
  const refs = Array.from({ length: 12 }, (_, index) => ({ kind: 'asset', id: `villas:${index}` }));
  await clientOf().lookup({ body: { refs } });
});
beforeEach(() => {
  proxy.always();
  proxy.seen.length = 0;
});
afterAll(async () => {
  await proxy.close();
  await local.close();
});

const token = asOperator.authorization.replace('Bearer ', '');
const { account, owner } = recordedExamples['chain-a'];
const villa = { collection: 'villas', tokenId: '0' };
const [from] = devKeys as readonly [Signer, Signer];
const transferTo = (key: number) =>
  signedTransfer({ from, to: keyOf(key).publicKey.toHex() }) as unknown as Readonly<Record<string, unknown>> & {
    readonly hash: string;
  };
const clientOf = (settings: Partial<ClientSettings> = {}) => createClient({ url: proxy.url, token, ...settings });
const lines = () => proxy.seen.map(({ line }) => line);
const lastHeader = (name: string) => proxy.seen.at(-1)?.headers[name];

/** The next block, and what sync makes of it. */
async function nextBlock(): Promise<number> {
  local.setHeight(local.node.height() + 1);
  expect((await local.post('/v1/sync', {}, asOperator)).status).toBe(200);
  return local.node.height();
}

describe('freshness', () => {
  test('that is not asked for leaves the cache in use', async () => {
    const client = clientOf({ cacheEntries: 0 });
    await client.getAsset(villa);
    const calls = local.node.calls().total;
    expect((await client.getAsset(villa)).meta.source).toBe('cache');
    expect(local.node.calls().total).toBe(calls);
  });

  test.each([
    [{ maxAge: 5 }, 'max-age=5'],
    [{ preferCache: true }, 'max-stale'],
    [{ preferCache: 60 }, 'max-stale=60'],
    [{ forceRefresh: true }, 'no-cache'],
    [{ fallbackToDatabase: false }, 'stale-if-error=0'],
    [{ fallbackToDatabase: 600 }, 'stale-if-error=600'],
    [{ maxAge: 300, preferCache: false, fallbackToDatabase: true }, 'max-age=300'],
    [{ minFresh: 3, maxAge: 60, fallbackToDatabase: false }, 'max-age=60, stale-if-error=0, min-fresh=3'],
  ] as const)('has names: %j', async (options, wanted) => {
    expect((await clientOf().getAccount({ id: account }, options)).data.kind).toBe('account');
    expect(lastHeader('cache-control')).toBe(wanted);
  });

  test('of the settings is for reads that ask for nothing else, and for lists as far as they know it', async () => {
    const client = clientOf({ freshness: { maxAge: 7, forceRefresh: true } });
    expect((await client.getAsset(villa)).meta.source).toBe('chain');
    await client.getAsset(villa, { forceRefresh: false });
    expect(lastHeader('cache-control')).toBe('max-age=7');
    await client.findAssets({ owner });
    expect(lastHeader('cache-control')).toBe('max-age=7');
    const past = await client.getAsset(villa, { at: 40 });
    expect([past.meta.at, lastHeader('cache-control')]).toEqual([40, 'no-transform']);
  });

  test('by block: `minHeight` and `at`', async () => {
    const height = local.node.height();
    const { meta } = await clientOf().getAsset(villa, { minHeight: height });
    expect(meta.verifiedThrough.height).toBeGreaterThanOrEqual(height);
    expect(lines().at(-1)).toContain(`minHeight=${height}`);
    const past = await clientOf().getAsset(villa, { at: 50 });
    expect(past.meta.at).toBe(50);
  });
});

describe('a token id of any text', () => {
  test.each(['a/b', 'x?y', '..', 'history', 'local', 'ä'])('arrives unchanged: %s', async (tokenId) => {
    await clientOf()
      .getAsset({ collection: 'villas', tokenId })
      .catch(() => undefined);
    expect(new URL(lines()[0]?.split(' ')[1] ?? '', proxy.url).searchParams.get('tokenId')).toBe(tokenId);
  });
});

describe('an answer with an ETag', () => {
  // The local key has an application: its answers are private, and may change with its own data.
  const anonymous = (settings: Partial<ClientSettings> = {}) => clientOf({ token: undefined, ...settings });

  test('that may change with local data is asked for in full each time', async () => {
    const client = clientOf();
    await client.getAsset(villa);
    await client.getAsset(villa);
    expect(lastHeader('if-none-match')).toBeUndefined();
  });

  test('is asked for again with it, and comes from memory where it is the same', async () => {
    const client = anonymous();
    const first = await client.getAsset(villa);
    const again = await client.request('getAsset', villa);
    expect(lastHeader('if-none-match')).toMatch(/^W\//);
    expect(again.body.data).toEqual(first.data);
    expect(again.body.data).not.toBe(first.data);
    expect(again.body.meta).toMatchObject({ source: 'cache', stale: false, age: Number(again.headers.get('age')) });
  });

  test('is asked for by the client alone: a condition of the caller is for changes', async () => {
    const { headers } = await anonymous().request('getAsset', villa);
    const options = { ifNoneMatch: headers.get('etag') ?? '' } as object;
    expect(await anonymous().request('getAsset', villa, options)).toMatchObject({ status: 200, body: { data: {} } });
  });

  test('is read as a whole once it is stale, and for a block that it is not known to hold through', async () => {
    const client = anonymous();
    await client.getAsset(villa);
    const height = await nextBlock();
    const { meta } = await client.getAsset(villa, { minHeight: height });
    expect(meta.verifiedThrough.height).toBeGreaterThanOrEqual(height);
    expect(lastHeader('if-none-match')).toBeUndefined();
    local.node.fault('down');
    const stale = await client.getAsset(villa, { forceRefresh: true }).finally(() => local.node.fault(undefined));
    expect(stale.meta).toMatchObject({ source: 'database', stale: true });
  });

  test('is not kept beyond the number of entries, or where there shall be none', async () => {
    const client = anonymous({ cacheEntries: 1 });
    await client.getAsset(villa);
    await client.getAccount({ id: account });
    await client.getAsset(villa);
    expect(lastHeader('if-none-match')).toBeUndefined();
    const none = anonymous({ cacheEntries: 0 });
    await none.getAsset(villa);
    await none.getAsset(villa);
    expect(lastHeader('if-none-match')).toBeUndefined();
  });
});

describe('a list', () => {
  test('gives all items, whatever the pages', async () => {
    const client = clientOf();
    const villas = { collection: 'villas' };
    const whole = await client.listCollectionAssets({ ...villas, limit: 100 });
    expect(whole.items.length).toBeGreaterThan(2);
    const ids: string[] = [];
    for await (const { data } of client.items.listCollectionAssets({ ...villas, limit: 2 })) ids.push(data.id);
    expect(ids).toEqual(whole.items.map(({ data }) => data.id));
    const sizes: number[] = [];
    for await (const { items } of client.pages.listCollectionAssets({ ...villas, limit: 2 })) sizes.push(items.length);
    expect(Math.max(...sizes)).toBe(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(ids.length);
  });

  test('whose items have another name too: histories and refreshed accounts', async () => {
    const client = clientOf();
    for await (const entry of client.items.getAssetHistory({ ...villa, limit: 1 })) expect(entry.sequence).toBe(1);
    const refs: string[] = [];
    for await (const { ref } of client.items.refreshAccount({ id: account })) refs.push(ref.kind);
    expect(refs).toEqual(expect.arrayContaining(['account', 'staking']));
  });
});

describe('the feed', () => {
  test('gives every change, and goes on behind the last one', async () => {
    const client = clientOf();
    const all: string[] = [];
    for await (const event of client.follow({ after: 'start', limit: 3 }, { untilHead: true })) all.push(event.id);
    expect(all.length).toBeGreaterThan(4);
    const feed = client.follow({ after: 'start', limit: 3 }, { untilHead: true });
    const some: string[] = [];
    for await (const event of feed) {
      some.push(event.id);
      if (some.length === 2) break;
    }
    for await (const event of client.follow({ after: feed.cursor }, { untilHead: true })) some.push(event.id);
    // What other readers have asked for may be published meanwhile.
    expect(some.slice(0, all.length)).toEqual(all);
  });

  test('from now on waits for what happens, past failures, until its caller aborts', async () => {
    const client = clientOf({ retries: 0 });
    const controller = new AbortController();
    const failures: string[] = [];
    const feed = client.follow(
      { after: (await client.listChanges()).next, types: 'SubmissionEnded' },
      { signal: controller.signal, onFailure: ({ code }) => failures.push(code) },
    );
    proxy.next(hangsUp);
    const events = feed[Symbol.asyncIterator]();
    const next = events.next();
    const transfer = transferTo(70);
    await client.submitTransaction({ body: transfer });
    await nextBlock();
    expect((await next).value).toMatchObject({ type: 'SubmissionEnded', detail: { hash: transfer.hash } });
    expect(failures).toEqual(['network']);
    const waiting = events.next();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('after a submission', () => {
  test('reads show what it did, at once and by themselves', async () => {
    const client = clientOf();
    const transfer = transferTo(72);
    const to = { id: keyOf(72).publicKey.toHex() };
    await client.getAccount(to).catch(() => undefined);
    await client.submitTransaction({ body: transfer });
    expect(client.minHeight).toBeUndefined();
    const waited = client.waitForTransaction(`transaction-v1-${transfer.hash}`);
    const height = await nextBlock();
    expect((await waited).data).toMatchObject({ status: 'processed', executedAt: { height } });
    expect(client.minHeight).toBe(height);
    proxy.seen.length = 0;
    const { data, meta } = await client.getAccount(to);
    expect(data.balance.motes).toBe('2500000000');
    expect(meta.verifiedThrough.height).toBeGreaterThanOrEqual(height);
    expect(lines()).toEqual([`GET /v1/accounts/${to.id}?minHeight=${height}`]);
    await client.getAccount(to, { minHeight: 3 });
    expect(lines().at(-1)).toContain(`minHeight=${height}`);
  });

  test('whose end the feed shows, reads show what it did too', async () => {
    const client = clientOf();
    const { next: after } = await client.listChanges();
    await client.submitTransaction({ body: transferTo(74) });
    const height = await nextBlock();
    expect(client.minHeight).toBeUndefined();
    for await (const { type } of client.follow({ after, types: 'SubmissionEnded' })) {
      expect([type, client.minHeight]).toEqual(['SubmissionEnded', height]);
      break;
    }
  });

  test('another client may go on from there, or leave it', async () => {
    const reader = clientOf();
    reader.readFrom(5);
    await reader.getAsset(villa);
    expect(lines()).toEqual(['GET /v1/assets/villas/0?minHeight=5']);
    const free = clientOf({ readOwnWrites: false });
    free.readFrom(5);
    await free.getAsset(villa);
    expect(lines().at(-1)).toBe('GET /v1/assets/villas/0');
  });

  test('of a transaction that no node knows the wait ends in time', async () => {
    const wait = clientOf().waitForTransaction('1'.repeat(64), { timeoutMs: 1_500 });
    await expect(wait).rejects.toMatchObject({ code: 'timeout', retryable: true });
    const controller = new AbortController();
    const other = clientOf().waitForTransaction('1'.repeat(64), { signal: controller.signal });
    controller.abort();
    await expect(other).rejects.toMatchObject({ code: 'aborted' });
  });
});

test('an audit report as a table and a report as a page are text', async () => {
  const client = clientOf();
  const { from: day, until } = { from: '2026-11-01', until: '2026-11-30' };
  const csv = await client.getAuditReport({ from: day, until, format: 'csv' });
  expect(csv.split(',')[0]).toBe('timestamp');
  const { entries } = await client.getAuditReport({ from: day, until });
  expect(Array.isArray(entries)).toBe(true);
});

test('local data keeps every digit, both ways', async () => {
  const client = clientOf();
  const data = { id: 1152921504606846977n, nested: [-9007199254740993n, 1.5], text: 'a "12345678901234567890" b' };
  await client.putAccountLocal({ id: account, body: data });
  const { body, headers } = await client.request('getAccountLocal', { id: account });
  expect(body.data).toEqual(data);
  const changed = { id: account, body: { id: 2 } };
  await client.putAccountLocal(changed, { ifMatch: headers.get('etag') ?? '' });
  const late = client.putAccountLocal(changed, { ifMatch: '"other"' });
  await expect(late).rejects.toMatchObject({ code: 'precondition_failed', status: 412 });
  expect(await client.deleteAccountLocal({ id: account })).toBeUndefined();
});
