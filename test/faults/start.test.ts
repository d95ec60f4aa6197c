import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { createTables, startEngine } from '../../infra/local/engine/engine.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { tableName } from '../../lib/store/tables.ts';
import { startRpcProxy } from '../support/rpc-proxy.ts';
import { alive, eventually, killAll, spawnService, startService } from './child.ts';

let chainA: DevChain;
let chainD: DevChain;
let folder: string;

beforeAll(async () => {
  [chainA, chainD, folder] = await Promise.all([
    startDevChain({ recording: 'chain-a', height: 60 }),
    startDevChain({ recording: 'chain-d', height: 60 }),
    mkdtemp(join(tmpdir(), 'astake-start-')),
  ]);
});
afterAll(async () => {
  killAll();
  await Promise.all([chainA.close(), chainD.close(), rm(folder, { recursive: true, force: true })]);
});

const settingsFor = ({ url, chainName }: DevChain, env: Record<string, string> = {}) => ({
  CASPER_RPC_URLS: url,
  CASPER_CHAIN_NAME: chainName,
  ASTAKE_MAX_TIP_AGE_SECONDS: '0',
  ASTAKE_PROVE_PERCENT: '0',
  // A busy machine must not make a read late.
  ASTAKE_DEADLINE_MS: '15000',
  ASTAKE_ATTEMPT_MS: '5000',
  ...env,
});

/** An asset, an account or a staking position: nothing proves a transaction. */
const isAboutState = (path: string): boolean => /^\/v1\/(assets\/villas\/0|accounts\/\w+(\/staking)?)$/.test(path);

describe('npm start', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends with %s: process, engine and temporary folder are gone',
    async (signal) => {
      const service = await startService(settingsFor(chainA));
      expect((await fetch(`${service.url}/v1/openapi.json`)).status).toBe(200);
      expect(service.children.length).toBeGreaterThan(0);
      expect(existsSync(service.dataDir)).toBe(true);
      service.kill(signal);
      expect(await service.ended).toBe(0);
      await eventually(() => service.children.every((pid) => !alive(pid)));
      await expect(fetch(service.engine)).rejects.toThrow();
      expect(existsSync(service.dataDir)).toBe(false);
    },
  );

  test('ends cleanly with Ctrl-C on a terminal, where npm passes the signal on a second time', async () => {
    const service = await startService(settingsFor(chainA));
    const before = service.output();
    service.interrupt();
    await eventually(() => service.output().includes('Stopping.'), 10_000);
    service.kill('SIGINT');
    expect(await service.ended).toBe(0);
    expect(service.output()).toBe(`${before}Stopping.\n`);
    await eventually(() => service.children.every((pid) => !alive(pid)));
    expect(existsSync(service.dataDir)).toBe(false);
  });

  test('runs sync from its start every 30 s, or on request only, and prints which', async () => {
    const key = { authorization: 'Bearer the-key' };
    const syncOf = async (url: string) =>
      (await (await fetch(`${url}/v1/sync`, { headers: key })).json()) as { cursor: { height: number } | null };
    const settings = settingsFor(chainA, { ASTAKE_DEV_KEY: 'the-key' });
    const [following, waiting] = await Promise.all([
      startService({ ...settings, ASTAKE_SYNC_SECONDS: '' }),
      startService({ ...settings, ASTAKE_SYNC_SECONDS: '0' }),
    ]);
    expect(following.output()).toMatch(/ sync +every 30 s; /);
    expect(waiting.output()).toMatch(/ sync +on request only; /);
    await eventually(async () => (await syncOf(following.url)).cursor?.height === 60);
    expect((await syncOf(waiting.url)).cursor).toBeNull();
    for (const service of [following, waiting]) {
      service.kill('SIGTERM');
      expect(await service.ended).toBe(0);
    }
  });

  test('refuses data of another chain of the same name, and names the folder', async () => {
    const dataDir = join(folder, 'of-chain-d');
    const first = await startService(settingsFor(chainD, { ASTAKE_DATA_DIR: dataDir }));
    const read = await fetch(`${first.url}/v1/accounts/${recordedExamples['chain-d'].account}`);
    expect(read.status).toBe(200);
    first.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(existsSync(dataDir)).toBe(true);
    expect(chainA.chainName).toBe(chainD.chainName);

    const second = spawnService(settingsFor(chainA, { ASTAKE_DATA_DIR: dataDir }));
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(dataDir);
    expect(second.output()).toContain('belongs to another chain');
    expect(second.output()).toContain('set ASTAKE_DATA_DIR to another folder');
    expect(second.output()).not.toContain('Ctrl-C');

    // The data is unchanged: it can be used with its own chain.
    const third = await startService(settingsFor(chainD, { ASTAKE_DATA_DIR: dataDir }));
    const again = await fetch(`${third.url}/v1/accounts/${recordedExamples['chain-d'].account}`, {
      headers: { 'cache-control': 'only-if-cached' },
    });
    expect(again.status).toBe(200);
    third.kill('SIGINT');
    expect(await third.ended).toBe(0);
  });

  test('without a node serves the recorded chain with proofs: all that it prints to try answers', async () => {
    const dataDir = join(folder, 'of-an-earlier-chain');
    const earlier = await startService(settingsFor(chainA, { ASTAKE_DATA_DIR: dataDir }));
    expect((await fetch(`${earlier.url}/v1/accounts/${recordedExamples['chain-a'].account}`)).status).toBe(200);
    earlier.kill('SIGINT');
    expect(await earlier.ended).toBe(0);

    const patient = { ASTAKE_DEADLINE_MS: '15000', ASTAKE_ATTEMPT_MS: '5000' };
    const refused = spawnService({ ...patient, ASTAKE_DATA_DIR: dataDir });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(dataDir);
    expect(refused.output()).toContain('belongs to another chain');

    const service = await startService({ ...patient, ASTAKE_STORE: 'memory' });
    expect(service.output()).toMatch(/ chain +.*embedded dev chain casper-net-1: .* of 100, one block every \d+ s/);
    expect(service.output()).not.toContain('WARNING');
    const paths = [...service.output().matchAll(/curl -s '[^']*?(\/v1\/[^']*)'/g)].map(([, path]) => path ?? '');
    expect(paths).toHaveLength(7);
    for (const path of paths.slice(1)) {
      const answer = await fetch(service.url + path, { headers: { 'cache-control': 'stale-if-error=0' } });
      expect([path, answer.status]).toEqual([path, 200]);
      const { meta } = (await answer.json()) as { readonly meta?: { readonly proof?: { readonly level: string } } };
      if (isAboutState(path)) expect([path, meta?.proof?.level]).toEqual([path, 'signed']);
    }
    service.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  test('refuses data in the form of an earlier version, and names the folder', async () => {
    const dataDir = join(folder, 'earlier');
    const engine = await startEngine({ dataDir });
    const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
    await createTables(dynamo, namePrefix('local'));
    const Item = {
      name: 'chain',
      network: chainA.chainName,
      head: { height: 1, hash: 'h', timestamp: 't', seenAt: 's' },
    };
    await dynamo.send(new PutCommand({ TableName: tableName(namePrefix('local'), 'progress'), Item }));
    dynamo.destroy();
    await engine.stop();
    const service = spawnService(settingsFor(chainA, { ASTAKE_DATA_DIR: dataDir }));
    expect(await service.ended).toBe(1);
    expect(service.output()).toContain(dataDir);
    expect(service.output()).toContain('written by an earlier version');
    expect(service.output()).not.toContain('Ctrl-C');
  });

  test('refuses data that is ahead of the chain', async () => {
    const dataDir = join(folder, 'ahead');
    const first = await startService(settingsFor(chainA, { ASTAKE_DATA_DIR: dataDir }));
    expect((await fetch(`${first.url}/v1/accounts/${recordedExamples['chain-a'].account}`)).status).toBe(200);
    first.kill('SIGINT');
    expect(await first.ended).toBe(0);
    chainA.setHeight(30);
    try {
      const second = spawnService(settingsFor(chainA, { ASTAKE_DATA_DIR: dataDir }));
      expect(await second.ended).toBe(1);
      expect(second.output()).toContain(dataDir);
      expect(second.output()).toContain('ahead of the chain');
    } finally {
      chainA.setHeight(60);
    }
  });

  test('lists all problems of its settings at once, without endpoints', async () => {
    const child = spawnService({
      PORT: '99999',
      ASTAKE_DEADLINE_MS: 'abc',
      ASTAKE_MAX_LAG_BLOCKS: '-1',
      ASTAKE_COLLECTIONS: '{broken',
      ASTAKE_LIQUID_STAKING: '{"package":"00"}',
      CASPER_RPC_URLS: 'http://127.0.0.1:1/rpc,ftp://user:s3cret@nodes.example/rpc?key=s3cret',
    });
    expect(await child.ended).toBe(1);
    const output = child.output();
    for (const part of [
      'PORT must be',
      'ASTAKE_DEADLINE_MS must be',
      'ASTAKE_MAX_LAG_BLOCKS must be',
      'ASTAKE_COLLECTIONS must be JSON',
      'ASTAKE_LIQUID_STAKING.package',
      'CASPER_RPC_URLS: entry 2',
    ]) {
      expect(output).toContain(part);
    }
    expect(output).not.toMatch(/s3cret|ftp:|nodes\.example|\bat .*\.ts:/);
  });

  test('lists all problems of its nodes at once, without their values', async () => {
    const child = spawnService({
      CASPER_UPSTREAMS: JSON.stringify([
        { name: 'a', url: 'http://user:s3cret@node.example', header: { name: 'X-Key', env: 'S3CRET_KEY' } },
        { name: 'a', url: 's3cret', callsPerSecond: 's3cret', header: { name: 'Host', secretsManager: 's3cret*' } },
      ]),
      CASPER_RPC_URLS: 'http://s3cret.example/rpc',
      PORT: '99999',
    });
    expect(await child.ended).toBe(1);
    expect(child.output().trim().split('\n')).toEqual([
      'The configuration is not valid:',
      '  - PORT must be 0 to 65535',
      '  - CASPER_RPC_URLS and CASPER_UPSTREAMS must not both be set',
      '  - CASPER_UPSTREAMS.0.header.env: the variable is not set',
      '  - CASPER_UPSTREAMS.1.url: must be an http or https URL',
      '  - CASPER_UPSTREAMS.1.callsPerSecond: must be a number',
      '  - CASPER_UPSTREAMS.1.header.name: is a header that the client sets itself',
      '  - CASPER_UPSTREAMS.1.header.secretsManager: must be the name or the full ARN of a secret',
      '  - CASPER_UPSTREAMS: must not use a name twice',
    ]);
  });

  test('runs on the nodes of CASPER_UPSTREAMS, prints only their names, and compares its data with them', async () => {
    const dataDir = join(folder, 'of-a-guarded-node');
    const guard = await startRpcProxy(chainD.url, (_request, _forward, headers) =>
      headers?.['x-node-key'] === 's3cret' ? undefined : { status: 401 },
    );
    const onGuarded = (url: string) => {
      const { CASPER_RPC_URLS: _, ...env } = settingsFor(chainD, { ASTAKE_DATA_DIR: dataDir, A_NODE_KEY: 's3cret' });
      const address = url.replace('//', '//user:s3cret@');
      const upstream = { name: 'guarded-node', url: address, header: { name: 'X-Node-Key', env: 'A_NODE_KEY' } };
      return { ...env, CASPER_UPSTREAMS: JSON.stringify([upstream]) };
    };
    try {
      const service = await startService(onGuarded(guard.url));
      const read = await fetch(`${service.url}/v1/accounts/${recordedExamples['chain-d'].account}`);
      expect(read.status).toBe(200);
      service.kill('SIGINT');
      expect(await service.ended).toBe(0);
      expect(service.output()).toMatch(/ chain +guarded-node \(from CASPER_UPSTREAMS\)\n/);
      expect(service.output()).not.toMatch(/s3cret|embedded dev chain/);

      chainD.setHeight(30);
      const ahead = spawnService(onGuarded(guard.url));
      expect(await ahead.ended).toBe(1);
      expect(ahead.output()).toContain('ahead of the chain');
    } finally {
      chainD.setHeight(60);
      await guard.close();
    }
  });

  test('refuses a folder that another process has, and takes it over when that process was killed', async () => {
    const dataDir = join(folder, 'one-at-a-time');
    const first = await startService(settingsFor(chainA, { ASTAKE_DATA_DIR: dataDir }));
    const second = spawnService(settingsFor(chainA, { ASTAKE_DATA_DIR: dataDir }));
    expect(await second.ended).toBe(1);
    expect(second.output().trim().split('\n')).toEqual([
      'The data folder cannot be used:',
      `  - ${dataDir} is in use by process ${first.pid}: stop that process, or set ASTAKE_DATA_DIR to another folder`,
    ]);
    first.kill('SIGKILL');
    await first.ended;
    await eventually(() => first.children.every((pid) => !alive(pid)));
    const third = await startService(settingsFor(chainA, { ASTAKE_DATA_DIR: dataDir }));
    third.kill('SIGTERM');
    expect(await third.ended).toBe(0);
  });

  test.each([
    [{ ASTAKE_DATA_DIR: '/proc/foo' }, 'ASTAKE_DATA_DIR'],
    [{ ASTAKE_SYNC_SECOND: '5' }, 'did you mean ASTAKE_SYNC_SECONDS?'],
    [{ DYNOXIDE_BIN: '/etc/passwd' }, 'did not start'],
  ])('with %j ends with a text that says what to do, and without a stack', async (env, part) => {
    const child = spawnService(settingsFor(chainA, env));
    expect(await child.ended).toBe(1);
    expect(child.output()).toContain(part);
    expect(child.output()).not.toMatch(/\bat .*\.ts:|file:/);
  });

  test('starts with a node that is down and a package that is not there, and warns of both', async () => {
    const collections = { nowhere: { package: 'ab'.repeat(32) } };
    const settings = settingsFor(chainA, { ASTAKE_COLLECTIONS: JSON.stringify(collections) });
    const service = await startService({ ...settings, CASPER_RPC_URLS: `${chainA.url},http://127.0.0.1:1/rpc` });
    expect(service.output()).toMatch(
      / WARNING +nodes: 127\.0\.0\.1:1: .*ECONNREFUSED.*; start it, or change its URL\n/,
    );
    expect(service.output()).toMatch(
      / WARNING +collections: the collection nowhere: the chain has no package .*; correct the configuration/,
    );
    service.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  test('on the store in memory says in a line that nothing is kept, and serves', async () => {
    const service = await startService(settingsFor(chainA, { ASTAKE_STORE: 'memory' }));
    expect(service.output()).toMatch(/ store +in memory: .*; nothing is kept after exit\n/);
    expect((await fetch(`${service.url}/v1/assets?owner=account-hash-${'ab'.repeat(32)}`)).status).toBe(200);
    service.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  test('reports that the port is in use, and leaves nothing running', async () => {
    const first = await startService(settingsFor(chainA));
    const second = spawnService(settingsFor(chainA, { PORT: new URL(first.url).port }));
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('The port is in use');
    first.kill('SIGINT');
    expect(await first.ended).toBe(0);
  });
});
