import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTables, startEngine } from '../../infra/local/engine/engine.ts';
import { chainEntry } from '../../lib/domain/audit-chain.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { folderArchive, keyFileSigner } from '../../lib/runtime/head-folder.ts';
import { createService } from '../../lib/runtime/service.ts';
import { createDynamo, type Dynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { type DigestedHeads, digestHeads } from '../../lib/usecases/audit/digest-heads.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { createWebhook } from '../../lib/usecases/webhooks/create-webhook.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { startService, type TestService } from '../support/service.ts';

const program = join(import.meta.dirname, '../../infra/audit-verify.ts');
const truth = recordedTruth('chain-a');
const TableName = 'astake-lookup-local-audit';

let dataDir: string;
let running: TestService;
/** A record that has changed more than once. */
let ref: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'astake-audit-'));
  running = await startService({ height: 20 });
  await onEngine(async (dynamo) => {
    await createTables(dynamo, 'astake-lookup-local');
    const store = createStore(dynamo, 'astake-lookup-local');
    const service = createService(running.service.config, { store });
    for (const height of [20, 60, 110]) {
      running.node.setHeight(height);
      for (const { id } of truth.accounts)
        await lookup({ kind: 'account', id }, { ...defaultReadOptions, noCache: true }, service);
    }
    const trails = truth.accounts.map(({ id }) => store.audit.history({ kind: 'account', id }, { limit: 3 }));
    const changed = (await Promise.all(trails)).find((trail) => trail.length === 3)?.[0];
    ref = `account#${changed?.ref.id}`;
  });
});
afterAll(async () => {
  await running.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Stops the engine before the program opens the folder. */
async function onEngine<T>(work: (dynamo: Dynamo, endpoint: string) => Promise<T>): Promise<T> {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const engine = await startEngine({ dataDir });
  const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
  try {
    return await work(dynamo, engine.endpoint);
  } finally {
    dynamo.destroy();
    await engine.stop();
  }
}

async function run(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, out, err };
}

const onFolder = (...args: string[]) => run({ ASTAKE_DATA_DIR: dataDir }, ...args);

/** Changes or deletes the item, verifies the folder, and restores the item. */
async function tampered(
  sequence: number,
  change: (item: Record<string, unknown>) => Record<string, unknown> | undefined,
) {
  const Key = { ref, sequence };
  const item = await onEngine(async (dynamo) => {
    const { Item } = await dynamo.send(new GetCommand({ TableName, Key }));
    if (Item === undefined) throw new Error('no such entry');
    const changed = change(Item);
    if (changed === undefined) await dynamo.send(new DeleteCommand({ TableName, Key }));
    else await dynamo.send(new PutCommand({ TableName, Item: changed }));
    return Item;
  });
  const found = await onFolder();
  await onEngine((dynamo) => dynamo.send(new PutCommand({ TableName, Item: item })));
  return found;
}

test('an intact trail: status 0 and a summary, on a folder and on a running engine', async () => {
  const intact = {
    status: 0,
    out: expect.stringMatching(/^\d{2,} entries in \d+ trails: intact\n.*compared with head digests.*\n$/),
    err: '',
  };
  expect(await onFolder()).toEqual(intact);
  const onRunning = await onEngine((_, endpoint) => run({ AWS_ENDPOINT_URL_DYNAMODB: endpoint }));
  expect(onRunning).toEqual(intact);
  expect(await onFolder('--from', '2026-01-01', '--until', '2026-01-02')).toEqual({
    status: 0,
    out: '0 entries in 0 trails: intact\n0 days compared with head digests: as signed\n',
    err: '',
  });
});

test('rule ITEM-3: an edited or removed entry gives status 1, and the output names the broken link', async () => {
  const edited = await tampered(2, (item) => ({ ...item, after: '{"total":"1"}' }));
  expect(edited).toMatchObject({ status: 1, err: '' });
  expect(edited.out).toContain(`broken: ${ref}, entry 2: it does not match its digest`);
  expect(edited.out).toMatch(/1 broken; first broken link: account#account-hash-\w+, entry 2: .+\n/);
  const removed = await tampered(2, () => undefined);
  expect(removed.status).toBe(1);
  expect(removed.out).toContain(`broken: ${ref}, entry 2: the entry is missing`);
  const newest = await tampered(3, () => undefined);
  expect(newest.status).toBe(1);
  expect(newest.out).toContain(`broken: ${ref}, entry 3: the entry is missing, though the record counts it`);
  expect((await onFolder()).status).toBe(0);
});

test('rule HOOK-6: a webhook whose receiver was changed in the table gives status 1', async () => {
  const Table = 'astake-lookup-local-webhooks';
  const { url, id } = await onEngine(async (dynamo) => {
    const service = createService(running.service.config, { store: createStore(dynamo, 'astake-lookup-local') });
    const filter = { kinds: null, types: null, collection: null, account: null };
    const settings = { url: 'https://shop.example/', filter, description: null };
    const maker = { actor: 'key:ada', random: (bytes: number) => randomBytes(bytes) };
    return (await createWebhook(settings, maker, service)).webhook;
  });
  const change = (to: string) =>
    onEngine(async (dynamo) => {
      const { Item } = await dynamo.send(new GetCommand({ TableName: Table, Key: { id, part: 'settings' } }));
      await dynamo.send(new PutCommand({ TableName: Table, Item: { ...Item, url: to } }));
    });
  await change('https://elsewhere.example/');
  const { status, out } = await onFolder();
  await change(url);
  expect(out).toContain(
    `broken: webhook#${id}, entry 1: the record is not what this entry left: its value was changed`,
  );
  expect(status).toBe(1);
});

const unreadable: readonly (readonly [string, Record<string, unknown>])[] = [
  ['is not JSON', { after: '{"total":' }],
  ['holds a number that is not finite', { after: '{"total":1e999}' }],
  ['is not an object', { before: '"text"' }],
  ['has another type', { after: 7 }],
  ['lacks an attribute', { before: undefined }],
  ['has an actor of another type', { actor: ['a list'] }],
];

test.each(unreadable)('an entry that %s is reported, and the verification continues', async (_what, changed) => {
  const { status, out, err } = await tampered(2, (item) => ({ ...item, ...changed }));
  expect({ status, err }).toEqual({ status: 1, err: '' });
  expect(out.trim().split('\n')).toEqual([
    `broken: ${ref}, entry 2: it cannot be read: it was changed`,
    expect.stringMatching(/^\d{2,} entries in \d+ trails, 1 broken; first broken link: account#.+ cannot be read/),
    expect.stringMatching(/compared with head digests/),
  ]);
});

test.each<[string, Record<string, string>, string[], RegExp]>([
  ['the location of the data is not set', {}, [], /ASTAKE_DATA_DIR/],
  [
    'the folder does not exist',
    { ASTAKE_DATA_DIR: '/nowhere/at/all' },
    [],
    /the folder \/nowhere\/at\/all does not exist/,
  ],
  ['no engine answers', { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' }, [], /the database cannot be used/],
  ['a date is invalid', { ASTAKE_DATA_DIR: '/tmp' }, ['--from', 'yesterday'], /"yesterday" is not a date/],
  [
    'the time span ends before it begins',
    { ASTAKE_DATA_DIR: '/tmp' },
    ['--from', '2026-02-01', '--until', '2026-01-01'],
    /--until 2026-01-01 must be later than --from 2026-02-01/,
  ],
  ['an option is unknown', { ASTAKE_DATA_DIR: '/tmp' }, ['--since', '2026-01-01'], /--since/],
])('status 2 when %s', async (_when, env, args, expected) => {
  const { status, out, err } = await run(env, ...args);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(expected);
  expect(err).not.toMatch(/\bat .*\.ts:/);
});

describe('rule AUDIT-2: with the head digests of the days', () => {
  const dayMs = 86_400_000;
  const first = new Date().toISOString().slice(0, 10);
  const heads = () => join(dataDir, 'heads');

  /** As the state machine does, the day after tomorrow. */
  const signDays = () =>
    onEngine(async (dynamo) => {
      const { audit } = createStore(dynamo, 'astake-lookup-local');
      const archive = folderArchive(heads());
      const signer = keyFileSigner(join(heads(), 'signing-key.pem'));
      const clock = { ...running.service.clock, now: () => Date.parse(first) + 2 * dayMs + 4_000_000 };
      const { network, log } = running.service;
      const service = { audit, archive, signer, clock, network, log, environment: 'local' };
      let left: DigestedHeads = { done: false, unfinished: null };
      while (!left.done) left = await digestHeads({ unfinished: left.unfinished, first, budgetMs: 60_000 }, service);
    });
  beforeAll(signDays);

  test('history that is as it was signed: status 0', async () => {
    const { status, out } = await onFolder();
    expect({ status, out }).toMatchObject({
      status: 0,
      out: expect.stringMatching(
        /2 days compared with head digests, through \d{4}-\d{2}-\d{2}, signed with the key [0-9a-f]{64}: as signed\n$/,
      ),
    });
  });

  test('a trail that was written anew together with its record is whole, and is found by what was signed', async () => {
    const items = await onEngine(async (dynamo) => {
      const { audit } = createStore(dynamo, 'astake-lookup-local');
      const at = ref.indexOf('#');
      const [third, second] = await audit.history({ kind: ref.slice(0, at), id: ref.slice(at + 1) }, { limit: 2 });
      if (second === undefined || third === undefined) throw new Error('no such trail');
      const { digest: _, ...changed } = { ...second, actor: 'key:innocent' };
      const newSecond = chainEntry(changed);
      const { digest: __, ...after } = { ...third, previousDigest: newSecond.digest };
      const newThird = chainEntry(after);
      const change = async (table: string, Key: Record<string, unknown>, members: object) => {
        const { Item } = await dynamo.send(new GetCommand({ TableName: table, Key }));
        await dynamo.send(new PutCommand({ TableName: table, Item: { ...Item, ...members } }));
        return { TableName: table, Item };
      };
      return [
        await change(TableName, { ref, sequence: 2 }, { actor: 'key:innocent', digest: newSecond.digest }),
        await change(TableName, { ref, sequence: 3 }, { previousDigest: newSecond.digest, digest: newThird.digest }),
        await change('astake-lookup-local-records', { ref }, { auditHead: newThird.digest }),
      ];
    });
    const { status, out } = await onFolder();
    await onEngine(async (dynamo) => {
      for (const item of items) await dynamo.send(new PutCommand(item));
    });
    expect(out).toMatch(/entries in \d+ trails: intact\n/);
    expect(out).toContain(
      `broken: ${ref}, entry 2: it is not the entry that was signed on ${first}: history was rewritten`,
    );
    expect(out).toContain(`broken: ${ref}, entry 3: it is not the entry`);
    expect(status).toBe(1);
    expect((await onFolder()).status).toBe(0);
  });

  test('a trail that was removed with its record, and an entry with an earlier date, are found', async () => {
    const removed = await tampered(2, () => undefined);
    expect(removed.out).toContain(`broken: ${ref}, entry 2: the entry that was signed on ${first} is missing`);
    const dated = await tampered(3, ({ timestamp, ...item }) => ({ ...item, timestamp: `${first}T00:00:00.000Z` }));
    expect(dated.out).toContain(`broken: ${ref}, entry 3: it is dated ${first}, and came after that day was signed`);
  });

  test('a statement or a list that was changed is found', async () => {
    const days = join(heads(), 'days');
    const file = join(days, `${first}.json`);
    const text = await readFile(file, 'utf8');
    const write = async (content: string) => {
      await rm(file);
      await writeFile(file, content);
      return onFolder();
    };
    const signed = JSON.parse(text);
    const changed = await write(JSON.stringify({ ...signed, statement: { ...signed.statement, parts: [] } }));
    expect(changed.out).toContain(`broken: heads#${first}: its signature does not match`);
    expect(changed.out).toContain('it does not follow the day before');
    expect((await write(text)).status).toBe(0);
    const list = join(heads(), 'parts', `${signed.statement.parts[0]}.ndjson`);
    const lines = await readFile(list, 'utf8');
    await rm(list);
    expect((await onFolder()).out).toContain('is missing or changed');
    await writeFile(list, lines);
  });

  test('rule AUDIT-3: files are written once, the key is for its owner alone, and a day that is kept is not signed again', async () => {
    const file = join(heads(), 'days', `${first}.json`);
    const text = await readFile(file, 'utf8');
    await signDays();
    const archive = folderArchive(heads());
    expect(await archive.put({ ...JSON.parse(text), signature: 'another' })).toBe(false);
    expect(await readFile(file, 'utf8')).toBe(text);
    const [, later = ''] = (await readdir(join(heads(), 'days'))).sort();
    expect((await stat(join(heads(), 'days', later))).mode & 0o777).toBe(0o444);
    expect((await stat(join(heads(), 'signing-key.pem'))).mode & 0o777).toBe(0o600);
    expect((await readdir(join(heads(), 'days'))).length).toBe(2);
  });
});
