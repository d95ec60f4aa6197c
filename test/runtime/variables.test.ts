import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { service } from '../../lib/runtime/service.ts';
import { unknownVariables } from '../../lib/runtime/variables.ts';

const root = join(import.meta.dirname, '../..');

test.each([
  ['ASTAKE_SYNC_SECOND', 'ASTAKE_SYNC_SECONDS'],
  ['ASTAKE_DATADIR', 'ASTAKE_DATA_DIR'],
  ['ASTAKE_COLLECTION', 'ASTAKE_COLLECTIONS'],
  ['astake_store', 'ASTAKE_STORE'],
  ['ASTAKE_CORS', 'ASTAKE_CORS_ORIGINS'],
  ['CASPER_RPC_URL', 'CASPER_RPC_URLS'],
  ['CASPER_UPSTREAM', 'CASPER_UPSTREAMS'],
  ['CASPER_CHAINNAME', 'CASPER_CHAIN_NAME'],
])('%s is named, with the nearest known name', (given, meant) => {
  expect(unknownVariables({ [given]: '' })).toEqual([
    `${given} is no variable of this service; did you mean ${meant}?`,
  ]);
});

test('other programs’ variables, and the variable of a node’s secret header, are no mistake', () => {
  const upstreams = '[{"name":"a","url":"http://a","header":{"name":"X-Key","env":"CASPER_NODE_KEY"}}]';
  expect(
    unknownVariables({ PATH: '', AWS_REGION: '', CASPERLABS: '', CASPER_UPSTREAMS: upstreams, CASPER_NODE_KEY: 'k' }),
  ).toEqual([]);
});

test('each variable that the code reads is known', () => {
  const files = ['lib', 'infra', 'functions', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, folder, name)),
  );
  const read = files
    .filter((file) => !file.includes('variables'))
    .flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(
        /\b(?:env\.|given\('|whole\('|json\('|seconds\(')((?:ASTAKE|CASPER)_[A-Z_]+)/g,
      ),
    ])
    .map(([, name = '']) => name);
  expect(new Set(read).size).toBeGreaterThan(20);
  expect(unknownVariables(Object.fromEntries(read.map((name) => [name, ''])))).toEqual([]);
});

test('a function with a misspelt variable runs, and logs which it is, once', () => {
  const lines: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const env = {
    ASTAKE_ENVIRONMENT: 'dev',
    AWS_REGION: 'local',
    CASPER_RPC_URLS: 'http://127.0.0.1:1',
    ASTAKE_DEADLINE: '9',
  };
  Object.assign(process.env, env);
  service();
  service();
  jest.restoreAllMocks();
  expect(lines).toEqual([expect.stringContaining('did you mean ASTAKE_DEADLINE_MS?')]);
});
