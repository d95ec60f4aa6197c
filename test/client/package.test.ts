import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildClient } from '../../infra/build-client.ts';
import { operations } from '../../lib/runtime/contract/operations.ts';
import { answersOf, inputOf } from './inputs.ts';

const root = resolve(import.meta.dirname, '../..');
/** An app that has installed the client. */
const app = mkdtempSync(join(tmpdir(), 'astake-client-'));
const installed = join(app, 'node_modules/astake-lookup-client');
beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  await buildClient(installed);
  writeFileSync(join(app, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(app, { recursive: true, force: true }));

/** What the compiler says about a file of the app; empty: nothing. */
function faultsOf(source: string, options: readonly string[] = inBrowser): string {
  writeFileSync(join(app, 'app.ts'), source);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--ignoreConfig', '--target', 'es2022'];
  try {
    execFileSync(process.execPath, [tsc, ...strict, ...options, 'app.ts'], { cwd: app, encoding: 'utf8' });
    return '';
  } catch (error) {
    return String((error as { readonly stdout?: string }).stdout);
  }
}

const inBrowser = ['--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2024,dom', '--types', ''];
const inNode = [
  '--module',
  'nodenext',
  '--lib',
  'es2024',
  '--typeRoots',
  join(root, 'node_modules/@types'),
  '--types',
  'node',
];

const start = `
import { type AnswerOf, createClient, type InputOf } from 'astake-lookup-client';
const client = createClient({ url: 'https://lookup.example' });
`;

describe('the package of the client', () => {
  test('has no dependency, is one small module, and has nothing of Node in it', () => {
    const own = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect([own.dependencies, own.peerDependencies, own.version]).toEqual([undefined, undefined, '0.1.0']);
    const code = readFileSync(join(installed, 'index.js'), 'utf8');
    expect(code).not.toMatch(/\bimport\b|\brequire\(|\bprocess\.|\bBuffer\b/);
    expect(gzipSync(code).length).toBeLessThan(12_000);
  });

  test('has what verifies answers in a module of its own, with its types', () => {
    const code = readFileSync(join(installed, 'verify.js'), 'utf8');
    expect(code).not.toMatch(/\bimport[\s({*"']|\brequire\(|\bprocess\./);
    expect(gzipSync(code).length).toBeLessThan(48_000);
    const source = `import { ProofRefused, type ProvedAnswer, verify } from 'astake-lookup-client/verify';
export const proved: Promise<ProvedAnswer> = verify({}, { chainName: 'a', height: 1, hash: 'b' }, { id: 'c', minHeight: 2 });
export const codeOf = (error: unknown) => (error instanceof ProofRefused ? error.code : null);`;
    expect([faultsOf(source, inBrowser), faultsOf(source, inNode)]).toEqual(['', '']);
    expect(faultsOf(source.replace('height: 1,', ''))).toContain('height');
    const script =
      "import('astake-lookup-client/verify').then(({ verify }) => verify({}, {})).catch(({ code }) => console.log(code))";
    expect(execFileSync(process.execPath, ['-e', script], { cwd: app, encoding: 'utf8' }).trim()).toBe('form');
  });

  test('runs in Node as it is', () => {
    const script =
      "import('astake-lookup-client').then(({ createClient }) => console.log(typeof createClient({ url: 'http://a' }).getAsset))";
    expect(execFileSync(process.execPath, ['-e', script], { cwd: app, encoding: 'utf8' }).trim()).toBe('function');
  });

  test.each([
    ['a browser', inBrowser],
    ['Node', inNode],
  ])('has types for %s: an answer is typed, and so is its absence', (_where, options) => {
    const source = `${start}
export async function balanceOf(id: string): Promise<bigint> {
  const { data, meta } = await client.getAccount({ id }, { maxAge: 60, fallbackToDatabase: false, minHeight: 5 });
  const height: number = meta.block.height;
  return BigInt(data.balance.motes) + BigInt(height);
}
export const page: Promise<string> = client.getReconciliation({ id: 'a', format: 'html' });
export const run: Promise<string | null> = client.getReconciliation({ id: 'a' }).then(({ finishedAt }) => finishedAt);
export async function* owners(owner: string) {
  for await (const { data } of client.items.findAssets({ owner, limit: 100 })) yield data.owner satisfies string | null;
  for await (const event of client.follow({ after: 'start' })) yield event.cursor;
}`;
    expect(faultsOf(source, options)).toBe('');
  });

  test('has types that refuse a wrong call', () => {
    const wrong = [
      "client.getAsset({ collection: 'villas' })",
      'client.getAsset({ collection: 1, tokenId: 2 })',
      "client.getAsset({ collection: 'villas', tokenId: '0' }, { maxage: 5 })",
      "client.findAssets({ owner: 'a' }, { forceRefresh: true })",
      'client.getHealth({}, { minHeight: 5 })',
      "client.getSync({}, { idempotencyKey: 'a' })",
      "client.decideConflict({ id: 'a', body: { decision: 'both', reviewer: 'r' } })",
      'client.pages.getAsset',
      "client.lookup({ body: '{}' })",
      "client.items.getAuditReport({ from: 'a', until: 'b', format: 'csv' })",
      "client.getAsset({ collection: 'villas', tokenId: '0' }, { ifNoneMatch: '*' })",
    ];
    const faults = faultsOf(start + wrong.map((call) => `void (${call});`).join('\n'));
    const lines = new Set([...faults.matchAll(/^app\.ts\((\d+)/gm)].map(([, line]) => Number(line)));
    const first = start.split('\n').length;
    expect([...lines].sort((a, b) => a - b)).toEqual(wrong.map((_, index) => first + index));
  });

  test('has types that fit the recorded request and answer of every operation', () => {
    const source = operations.flatMap(({ operationId }) => [
      `export const in_${operationId}: InputOf<'${operationId}'> = ${JSON.stringify(inputOf(operationId))};`,
      ...answersOf(operationId).map(
        (answer, index) =>
          `export const out_${operationId}_${index}: AnswerOf<'${operationId}'> = ${JSON.stringify(answer)};`,
      ),
      `void (() => client.${operationId}(in_${operationId}));`,
    ]);
    expect(source.length).toBeGreaterThan(3 * operations.length - 20);
    expect(faultsOf([start, ...source].join('\n'))).toBe('');
  });
});

test('the repository gives the client as a second entry point', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(Object.keys(exports)).toContain('./client');
  const files = ['index.js', 'index.d.ts'].map((name) => `./dist/client/${name}`);
  expect(Object.values(exports['./client']).sort()).toEqual(files.sort());
});
