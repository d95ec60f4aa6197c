import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { type FunctionName, functionDefinition, functionNames, type TableUse } from '../../infra/manifest.ts';
import { hashOfKey, keyOf, type StoredKey } from '../../lib/domain/api-key.ts';
import { firstBrokenLink } from '../../lib/domain/audit-chain.ts';
import { digestOf } from '../../lib/domain/digest.ts';
import { localTrail } from '../../lib/domain/local-data.ts';
import { verifyAudit } from '../../lib/usecases/audit/verify-audit.ts';
import { keyEntryOf, keySample } from '../store/samples.ts';
import { type Instance, startInstance } from '../support/instances.ts';
import { type Got, send } from '../support/local.ts';
import { startService, type TestService } from '../support/service.ts';

const { collections, owner, account, transaction } = recordedExamples['chain-a'];
const villas = collections.villas.package;
const villa = '/v1/assets/villas/0';

let world: TestService;
let instances: Instance[];
const calls: string[] = [];
/** Runs before a call of the store takes effect. */
let onCall = async (_name: string): Promise<void> => {};
beforeAll(async () => {
  world = await startService({
    onCall: (name) => {
      calls.push(name);
      return onCall(name);
    },
  });
  const services = [world.service, world.another(), world.another()];
  instances = await Promise.all(services.map(startInstance));
});
afterAll(async () => {
  await Promise.all(instances.map((one) => one.close()));
  await world.close();
});

let made = 0;
/** The header of a new key. */
async function keyOfApplication(application: string | null, parts: Partial<StoredKey> = {}) {
  made += 1;
  const { id, key } = keyOf(new Uint8Array(40).fill(made));
  const stored = keySample({ id, secretHash: hashOfKey(key), roles: ['writer'], application, ...parts });
  await world.store.keys.change({ key: stored, entry: keyEntryOf(stored, { digest: id }) });
  return { authorization: `Bearer ${key}` };
}

type Headers = Readonly<Record<string, string>>;
const on = (at = 0): string => instances[at % instances.length]?.url ?? '';
const get = (path: string, headers: Headers = {}) => send(on() + path, { headers });
const put = (path: string, body: unknown, headers: Headers, at = 0): Promise<Got> =>
  send(on(at) + path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const remove = (path: string, headers: Headers) => send(on() + path, { method: 'DELETE', headers });
const tagOf = ({ headers }: Got): string => headers.get('etag') ?? '';
/** The text of an answer, with every digit. */
const textAt = async (path: string, headers: Headers) => (await fetch(on() + path, { headers })).text();
const trailAt = (application: string, kind: string, id: string) =>
  world.store.tables.audit.get(`local#${localTrail({ application, ref: { kind, id } }).id}`) ?? [];

describe('local data of each kind', () => {
  test.each([
    ['an asset', `${villa}/local`],
    ['an asset that the chain lacks', '/v1/assets/villas/4711/local'],
    ['an asset by any text', '/v1/assets/villas/local?tokenId=a%2Fb%20%23'],
    ['an account', `/v1/accounts/${account}/local`],
    ['a staking position', `/v1/accounts/${account}/staking/local`],
    ['a transaction', `/v1/transactions/${transaction}/local`],
  ])('is stored, read, replaced and deleted without the chain: %s', async (_, path) => {
    const key = await keyOfApplication('kinds');
    world.node.resetCalls();
    expect((await get(path, key)).status).toBe(404);
    expect((await remove(path, key)).status).toBe(404);
    const created = await put(path, { a: 1 }, key);
    expect([created.status, created.body.data, created.body.meta.sequence]).toEqual([201, { a: 1 }, 1]);
    const replaced = await put(path, { a: 2 }, key);
    expect([replaced.status, replaced.body.data, replaced.body.meta.sequence]).toEqual([200, { a: 2 }, 2]);
    const read = await get(path, key);
    expect([read.status, read.body, tagOf(read)]).toEqual([200, replaced.body, tagOf(replaced)]);
    expect(tagOf(read)).toMatch(/^"[0-9a-f]{64}"$/);
    expect(read.headers.get('cache-control')).toMatch(/^private/);
    expect((await remove(path, key)).status).toBe(204);
    expect([(await get(path, key)).status, (await remove(path, key)).status]).toEqual([404, 404]);
    const again = await put(path, { a: 2 }, key);
    expect([again.status, again.body.meta.sequence, tagOf(again)]).toEqual([201, 4, tagOf(read)]);
    const history = await get(path.replace('/local', '/local/history'), key);
    expect(history.body.entries.map(({ after }: { after: unknown }) => after)).toEqual([
      { data: '{"a":2}' },
      null,
      { data: '{"a":2}' },
      { data: '{"a":1}' },
    ]);
    expect(history.body.problems).toEqual([]);
    // By the words of docs/api.md, for a client that checks the chain itself.
    const ref = { kind: 'local', id: `kinds#${history.body.ref.kind}#${history.body.ref.id}` };
    for (const { digest, ...entry } of history.body.entries) expect(digest).toBe(digestOf({ ...entry, ref }));
    expect(world.node.calls().total).toBe(0);
  });

  test('keeps every number as it was written (rule LOCAL-4)', async () => {
    const key = await keyOfApplication('exact');
    const body = '{"a":1.10,"b":1152921504606846977,"c":-0,"d":[1e400,{"__proto__":0.10}],"é":"\\u00e9\\n"}';
    const kept = '{"a":1.10,"b":1152921504606846977,"c":-0,"d":[1e400,{"__proto__":0.10}],"é":"é\\n"}';
    const created = await put(`${villa}/local`, body, key);
    expect(created.status).toBe(201);
    expect(await textAt(`${villa}/local`, key)).toContain(`{"data":${kept},`);
    expect(await textAt(villa, key)).toContain(`"local":${kept}`);
    expect(tagOf(await put(`${villa}/local`, body.replace('1.10', '1.1'), key))).not.toBe(tagOf(created));
  });

  test('that is the same value again changes nothing, in whatever order its members stand', async () => {
    const key = await keyOfApplication('same');
    const first = await put(`${villa}/local`, '{"a":1,"b":{"c":2,"d":3}}', key);
    for (const body of ['{"a":1,"b":{"c":2,"d":3}}', ' {"b" : {"d":3,"c":2}, "a":1}']) {
      const again = await put(`${villa}/local`, body, key);
      expect([again.status, again.body, tagOf(again)]).toEqual([200, first.body, tagOf(first)]);
    }
    expect(trailAt('same', 'asset', `${villas}:0`)).toHaveLength(1);
  });

  const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
  const sized = (bytes: number) => `{"a":"${'é'.repeat((bytes - 8) / 2)}"}`;
  test.each([
    ['a list', '[1]', 400],
    ['a number that keeps its digits', '1e999', 400],
    ['a text', '"a"', 400],
    ['null', 'null', 400],
    ['nothing', '', 400],
    ['no JSON', '{"a":01}', 400],
    ['a member twice', '{"a":1,"b":{"c":1,"\\u0063":2}}', 400],
    ['a lone surrogate', '{"a":["\\ud800"]}', 400],
    ['a lone surrogate as a name', '{"\\ud800":1}', 400],
    ['32 levels', nested(32), 201],
    ['33 levels', nested(33), 400],
    ['as deep as it can be', '['.repeat(16_000), 400],
    ['2,000 levels', nested(2_000), 400],
    ['16 KB', sized(16_384), 201],
    ['more than 16 KB', sized(16_386), 413],
  ])('is a JSON object of at most 16 KB: %s', async (name, body, status) => {
    const key = await keyOfApplication(`body-${name.replaceAll(/\W/g, '-')}`);
    expect((await put(`${villa}/local`, body, key)).status).toBe(status);
    expect((await get(`${villa}/local`, key)).status).toBe(status === 201 ? 200 : 404);
  });

  test('is refused for an id that is not valid, and for a query that is unknown', async () => {
    const key = await keyOfApplication('invalid');
    expect((await put('/v1/accounts/0x12/local', {}, key)).body.code).toBe('invalid_id');
    expect((await put(`${villa}/local?x=1`, {}, key)).status).toBe(400);
    expect((await put(`${villa}/local`, '{}', { ...key, 'content-type': 'text/plain' })).status).toBe(415);
  });
});

describe('who may (rule LOCAL-1)', () => {
  test('a credential with an application and the role; also where reads are open', async () => {
    const path = `${villa}/local`;
    for (const where of [path, `${path}/history`]) {
      const { status, headers } = await get(where);
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="Astake Lookup"']);
    }
    expect((await put(path, {}, {})).status).toBe(401);
    const none = await keyOfApplication(null);
    for (const got of [await get(path, none), await put(path, {}, none), await remove(path, none)])
      expect([got.status, got.body.detail]).toEqual([403, expect.stringContaining('no application')]);
    const reader = await keyOfApplication('shop', { roles: ['reader'] });
    expect([(await put(path, {}, reader)).status, (await remove(path, reader)).status]).toEqual([403, 403]);
    expect((await get(path, reader)).status).toBe(404);
    const roleless = await keyOfApplication('shop', { roles: [] });
    expect((await get(path, roleless)).status).toBe(403);
    const foreign = await keyOfApplication('shop', { collections: [collections.tickets.package] });
    expect([(await put(path, {}, foreign)).status, (await get(path, foreign)).status]).toEqual([403, 403]);
  });

  test('sees and changes the data of its own application alone', async () => {
    const path = `${villa}/local`;
    const [one, two] = [await keyOfApplication('one'), await keyOfApplication('two')];
    await put(path, { of: 'one' }, one);
    expect((await get(path, two)).status).toBe(404);
    expect((await put(path, { of: 'two' }, { ...two, 'if-none-match': '*' })).status).toBe(201);
    expect((await remove(path, two)).status).toBe(204);
    expect((await get(path, one)).body.data).toEqual({ of: 'one' });
    expect((await get(`${path}/history`, one)).body.entries).toHaveLength(1);
    expect([(await get(villa, one)).body.data.local, (await get(villa, two)).body.data.local]).toEqual([
      { of: 'one' },
      null,
    ]);
    const other = await keyOfApplication('one');
    expect((await get(path, other)).body.data).toEqual({ of: 'one' });
  });
});

/** The statuses of requests all of which have read the item before one of them changes it. */
async function together(count: number, ask: (at: number) => Promise<Got>): Promise<number[]> {
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let changes = 0;
  onCall = async (name) => {
    if (name !== 'localData.change') return;
    changes += 1;
    if (changes === count) resolve();
    if (changes <= count) await all;
  };
  try {
    return (await Promise.all(Array.from({ length: count }, (_, at) => ask(at)))).map(({ status }) => status);
  } finally {
    onCall = async () => {};
  }
}

describe('conditions', () => {
  test('that do not hold are answered with 412, and change nothing', async () => {
    const path = `${villa}/local`;
    const key = await keyOfApplication('conditions');
    const other = `"${'0'.repeat(64)}"`;
    const refused = async (got: Promise<Got>) => expect((await got).body.code).toBe('precondition_failed');
    await refused(put(path, { a: 1 }, { ...key, 'if-match': '*' }));
    await refused(remove(path, { ...key, 'if-match': other }));
    const tag = tagOf(await put(path, { a: 1 }, { ...key, 'if-none-match': '*' }));
    await refused(put(path, { a: 2 }, { ...key, 'if-none-match': '*' }));
    await refused(put(path, { a: 2 }, { ...key, 'if-none-match': `${other}, ${tag}` }));
    for (const wrong of [other, `W/${tag}`]) await refused(put(path, { a: 2 }, { ...key, 'if-match': wrong }));
    await refused(remove(path, { ...key, 'if-match': other }));
    expect(tagOf(await get(path, key))).toBe(tag);
    const next = await put(path, { a: 2 }, { ...key, 'if-match': `${other}, ${tag}` });
    expect(next.status).toBe(200);
    await refused(put(path, { a: 3 }, { ...key, 'if-match': tag }));
    for (const [tags, status] of [
      [tagOf(next), 304],
      [`W/${tagOf(next)}`, 304],
      ['*', 304],
      [tag, 200],
    ] as const)
      expect([tags, (await get(path, { ...key, 'if-none-match': tags })).status]).toEqual([tags, status]);
    expect((await remove(path, { ...key, 'if-match': tagOf(next) })).status).toBe(204);
    await refused(put(path, { a: 2 }, { ...key, 'if-match': '*' }));
  });

  test('that are no tags are answered with 400, and change nothing', async () => {
    const path = `${villa}/local`;
    const key = await keyOfApplication('no-tags');
    const tag = tagOf(await put(path, { a: 1 }, key));
    for (const name of ['If-Match', 'If-None-Match']) {
      for (const wrong of ['nonsense', '', tag.slice(1, -1), `${tag}, x`, `w/${tag}`]) {
        const { status, body } = await put(path, { a: 2 }, { ...key, [name.toLowerCase()]: wrong });
        expect([wrong, status, body.errors]).toEqual([
          wrong,
          400,
          [{ path: name, message: expect.stringContaining('double quotes') }],
        ]);
      }
    }
    expect(tagOf(await get(path, key))).toBe(tag);
  });

  test('of parallel writers on three instances let exactly one win; without them all are in the trail (rule LOCAL-2)', async () => {
    const path = `/v1/accounts/${account}/local`;
    const key = await keyOfApplication('parallel');
    const tag = tagOf(await put(path, { first: true }, key));
    const won = await together(6, (at) => put(path, { at }, { ...key, 'if-match': tag }, at));
    expect(won.toSorted()).toEqual([200, 412, 412, 412, 412, 412]);
    expect(await together(6, (at) => put(path, { at: at + 10 }, key, at))).toEqual([200, 200, 200, 200, 200, 200]);
    const id = (await get(`/v1/accounts/${account}`)).body.data.id;
    const trail = trailAt('parallel', 'account', id);
    expect(trail.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(firstBrokenLink(trail)).toBeUndefined();
    expect(trail.at(-1)?.after).toEqual({ data: JSON.stringify((await get(path, key)).body.data) });
    expect(trail.every(({ actor }) => actor.startsWith('key:'))).toBe(true);
  });
});

describe('in answers (rule LOCAL-5)', () => {
  const batch = async (headers: Headers) => {
    const refs = [
      { kind: 'asset', id: 'villas:0' },
      { kind: 'asset', id: 'nonsense' },
      { kind: 'account', id: account },
      { kind: 'asset', id: `${villas}:0` },
    ];
    const got = await send(`${on()}/v1/lookup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ refs }),
    });
    return got.body.results.map(({ data }: { data?: { local: unknown } }) => data?.local);
  };
  const listed = async (headers: Headers) =>
    (await get(`/v1/assets?owner=${owner}`, headers)).body.items.map(
      ({ data }: { data: { id: string; local: unknown } }) => [data.id, data.local],
    );

  test('it is shown on every way to read, to its application alone', async () => {
    const key = await keyOfApplication('shown');
    await get('/v1/assets/villas/1');
    await put(`${villa}/local`, { of: 'villa' }, key);
    await put(`/v1/accounts/${account}/local`, { of: 'account' }, key);
    const [before] = [(await get(villa)).body.data];
    expect((await get(villa, key)).body.data).toEqual({ ...before, local: { of: 'villa' } });
    expect((await get(`/v1/accounts/${account}`, key)).body.data.local).toEqual({ of: 'account' });
    expect((await get(`/v1/accounts/${account}/staking`, key)).body.data.local).toBeNull();
    expect(await batch(key)).toEqual([{ of: 'villa' }, undefined, { of: 'account' }, { of: 'villa' }]);
    const own = Object.fromEntries(await listed(key));
    expect(own[`${villas}:0`]).toEqual({ of: 'villa' });
    expect(own[`${villas}:1`]).toBeNull();
    const refreshed = await send(`${on()}/v1/accounts/${account}/refresh`, { method: 'POST', headers: key });
    expect(refreshed.body.results[0].data.local).toEqual({ of: 'account' });
    expect(before.local).toBeNull();
    expect(await batch({})).toEqual([null, undefined, null, null]);
    expect((await listed({})).every(([, local]: [string, unknown]) => local === null)).toBe(true);
  });

  test('it costs no read for callers without an application, one for others, and one batch for several', async () => {
    const reads = async (work: () => Promise<unknown>) => {
      calls.length = 0;
      await work();
      return calls.filter((name) => name.startsWith('localData.'));
    };
    const [none, key] = [await keyOfApplication(null), await keyOfApplication('counted')];
    for (const headers of [{}, none])
      expect(await reads(async () => [await get(villa, headers), await batch(headers), await listed(headers)])).toEqual(
        [],
      );
    expect(await reads(() => get(villa, key))).toEqual(['localData.find']);
    expect(await reads(() => batch(key))).toEqual(['localData.findMany']);
    expect(await reads(() => listed(key))).toEqual(['localData.findMany']);
  });

  test('a read of it that fails leaves the answer as it is, which says so and has no tag', async () => {
    const key = await keyOfApplication('failing');
    await put(`${villa}/local`, { a: 1 }, key);
    const tag = tagOf(await get(villa, key));
    onCall = async (name) => {
      if (name.startsWith('localData.')) throw new Error('no table');
    };
    try {
      const got = await get(villa, { ...key, 'if-none-match': `${tag}, *` });
      expect([got.status, got.body.data.local, got.body.meta.localUnavailable]).toEqual([200, null, true]);
      expect([got.headers.get('etag'), got.headers.get('cache-control')]).toEqual([null, 'private, no-cache']);
      expect(await batch(key)).toEqual([null, undefined, null, null]);
      expect((await get(villa)).body.meta.localUnavailable).toBeUndefined();
    } finally {
      onCall = async () => {};
    }
    expect((await get(villa, { ...key, 'if-none-match': tag })).status).toBe(304);
  });

  test('304 follows each change of it, and no shared cache keeps it', async () => {
    const key = await keyOfApplication('cached');
    const open = await get(villa);
    expect(open.headers.get('vary')).toMatch(/authorization/i);
    expect(open.headers.get('cache-control')).toMatch(/^public, max-age=/);
    const tags = [tagOf(await get(villa, key))];
    expect(tags[0]).toBe(tagOf(open));
    for (const change of [() => put(`${villa}/local`, { a: 1 }, key), () => put(`${villa}/local`, { a: 2 }, key)]) {
      await change();
      const got = await get(villa, { ...key, 'if-none-match': tags.join(', ') });
      expect(got.status).toBe(200);
      expect([got.headers.get('cache-control'), got.headers.get('vary')]).toEqual([
        'private, no-cache',
        'authorization',
      ]);
      expect((await get(villa, { ...key, 'if-none-match': tagOf(got) })).status).toBe(304);
      tags.push(tagOf(got));
    }
    expect((await get(villa, { 'if-none-match': tags[0] ?? '' })).status).toBe(304);
    await remove(`${villa}/local`, key);
    expect(tagOf(await get(villa, key))).toBe(tags[0]);
  });
});

describe('a store that fails while data is changed', () => {
  test.each(['localData.find', 'localData.change'])(
    'at %s leaves data and entry, or neither (rule LOCAL-2)',
    async (at) => {
      const application = `killed-${at.replace('.', '-')}`;
      const key = await keyOfApplication(application);
      const path = `${villa}/local`;
      const steps = [() => put(path, { a: 1 }, key), () => put(path, { a: 2 }, key), () => remove(path, key)];
      for (const [done, step] of steps.entries()) {
        onCall = async (name) => {
          if (name === at) throw new Error('killed');
        };
        expect((await step()).status).toBe(500);
        onCall = async () => {};
        expect(trailAt(application, 'asset', `${villas}:0`)).toHaveLength(done);
        expect((await step()).status).toBeLessThan(300);
        expect(trailAt(application, 'asset', `${villas}:0`)).toHaveLength(done + 1);
      }
    },
  );
});

test('auditors see its trails, which are verified against the data (rule LOCAL-2)', async () => {
  const key = await keyOfApplication('audited');
  const auditor = await keyOfApplication(null, { roles: ['auditor'] });
  await put(`${villa}/local`, { a: 1 }, key);
  await put(`${villa}/local`, { a: 2 }, key);
  const from = new Date(world.service.clock.now() - 3_600_000).toISOString();
  const until = new Date(world.service.clock.now() + 3_600_000).toISOString();
  const id = `audited#asset#${villas}:0`;
  const report = async () => {
    const { body } = await get(`/v1/audit?from=${from}&until=${until}`, auditor);
    return body.entries
      .filter((entry: { kind: string; id: string }) => entry.kind === 'local' && entry.id === id)
      .map(({ cause, after, problem }: { cause: string; after: unknown; problem: string | null }) => [
        cause,
        after,
        problem,
      ]);
  };
  expect(await report()).toEqual([
    ['application', { data: '{"a":1}' }, null],
    ['application', { data: '{"a":2}' }, null],
  ]);
  const broken = async () => {
    const found: string[] = [];
    const recorded = new Set(['local']);
    await verifyAudit({ from, until, recorded, onBroken: ({ ref }) => found.push(ref.id) }, world.service);
    return found.filter((one) => one.startsWith('audited#'));
  };
  expect(await broken()).toEqual([]);
  const item = world.store.tables.localData.get(id);
  if (item === undefined) throw new Error('there is no item');
  world.store.tables.localData.set(id, { ...item, text: '{"a":3}' });
  expect(await broken()).toEqual([id]);
  world.store.tables.localData.set(id, { ...item, sequence: 1 });
  expect(await broken()).toEqual([id]);
  expect((await report())[1][2]).toContain('not the newest entry');
  world.store.tables.localData.delete(id);
  expect(await broken()).toEqual([id]);
  expect((await put(`${villa}/local`, { a: 4 }, key)).body.meta.sequence).toBe(3);
  expect(await broken()).toEqual([]);
});

test('sync, invalidation, resolution and a rewind leave it as it is (rule LOCAL-1)', async () => {
  const key = await keyOfApplication('untouched');
  await get(villa);
  await put(`${villa}/local`, { a: 1 }, key);
  const operator = await keyOfApplication(null, { roles: ['operator'] });
  const before = JSON.stringify([...world.store.tables.localData]);
  const post = (path: string, body: object) =>
    send(on() + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...operator },
      body: JSON.stringify(body),
    });
  calls.length = 0;
  expect((await post('/v1/sync', {})).status).toBe(200);
  expect((await post('/v1/invalidations', { kind: 'asset' })).status).toBe(202);
  expect((await post('/v1/conflicts/resolve', {})).status).toBe(200);
  expect((await post('/v1/sync/rewind', { height: 50, reviewer: 'ada', note: 'a reset' })).status).toBe(200);
  expect(calls.filter((name) => name.startsWith('localData.'))).toEqual([]);
  expect(JSON.stringify([...world.store.tables.localData])).toBe(before);
  expect(JSON.stringify([...world.store.tables.records, ...world.store.tables.cache])).not.toContain('untouched');
});

test('no other function has a permission on its table: what holds trails against records reads it, sync does not (rule LOCAL-1)', () => {
  const usesOf = (name: FunctionName): readonly TableUse[] => functionDefinition(name).tables['local-data'] ?? [];
  const using = (...uses: readonly TableUse[]) =>
    functionNames.filter((name) => usesOf(name).some((use) => uses.includes(use)));
  expect(using('put', 'update')).toEqual(['change-local-data']);
  expect(using('get', 'getMany', 'query')).toEqual([
    'get-entity',
    'find-entities',
    'list-collections',
    'lookup',
    'refresh-account',
    'get-local-data',
    'change-local-data',
    'finish-reconciliation',
    'get-audit-report',
  ]);
});
