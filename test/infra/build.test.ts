import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bundle, functionsBundle, staticInputs } from '../../infra/build.ts';
import { type ProfileName, profiles, variablesOf } from '../../infra/environments.ts';
import { functionDefinition, functionNames } from '../../infra/manifest.ts';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
let sources: string;
const out = () => ({ outdir: join(folder, 'out'), meta: join(folder, 'meta.json') });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
  sources = join(folder, 'functions');
  mkdirSync(sources);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(sources, name), text);
};

test('each function is a module of its own; a dynamic import is not loaded at start-up', async () => {
  write({
    'heavy.ts': 'export const weight = "a ton";',
    'shared.ts': 'export const shared = (name: string) => [name, typeof require("node:path").join];',
    'one.ts': 'import { shared } from "./shared.ts"; export const handler = async () => shared("one");',
    'two.ts': `import { shared } from "./shared.ts";
               export const handler = async () => [...shared("two"), (await import("./heavy.ts")).weight];`,
  });
  const metafile = await bundle({ sources, names: ['one', 'two'], ...out() });
  const run = async (name: string) => (await import(join(folder, `out/${name}.mjs`))).handler();
  expect([await run('one'), await run('two')]).toEqual([
    ['one', 'function'],
    ['two', 'function', 'a ton'],
  ]);
  const loaded = staticInputs(metafile, 'two').map((input) => input.replace(/.*\//, ''));
  expect(loaded.sort()).toEqual(['shared.ts', 'two.ts']);
  expect(JSON.parse(readFileSync(out().meta, 'utf8'))).toEqual(metafile);
});

/** Runs it in a process of its own, as Lambda does. */
const stackOf = (name: string, options: string | undefined): string =>
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { handler } from ${JSON.stringify(join(folder, `out/${name}.mjs`))}; handler();`,
    ],
    { env: { ...(options !== undefined && { NODE_OPTIONS: options }) }, encoding: 'utf8' },
  );

test('where source maps are on, the stack of a defect names the line of the source', async () => {
  write({
    'shared.ts': [
      'export interface Weight { readonly of: string }',
      '',
      'export function weigh(weight?: Weight): string {',
      '  return weight!.of;',
      '}',
      '',
    ].join('\n'),
    'one.ts': `import { weigh } from './shared.ts';
               export const handler = (): void => { try { weigh(); } catch (error) { console.log((error as Error).stack); } };`,
  });
  await bundle({ sources, names: ['one'], ...out() });
  const optionsIn = (profile: ProfileName) =>
    variablesOf(functionDefinition('sync'), profile, profiles[profile], {}).NODE_OPTIONS;
  for (const profile of ['dev', 'staging'] as const)
    expect(stackOf('one', optionsIn(profile))).toMatch(
      /at weigh \(.*functions\/shared\.ts:4:\d+\)\n\s+at \w+ \(.*functions\/one\.ts:2:/,
    );
  expect(optionsIn('production')).toBeUndefined();
  expect(stackOf('one', undefined)).toMatch(/out\/one\.mjs:\d+:\d+/);
});

test('the folder is emptied first', async () => {
  write({ 'one.ts': 'export const handler = 1;' });
  mkdirSync(out().outdir);
  writeFileSync(join(out().outdir, 'left-over.mjs'), '');
  const metafile = await bundle({ sources, names: ['one'], ...out() });
  expect(Object.keys(metafile.outputs).filter((file) => file.endsWith('.mjs'))).toHaveLength(1);
  expect(() => readFileSync(join(out().outdir, 'left-over.mjs'))).toThrow('ENOENT');
});

test('the error names all missing functions', async () => {
  write({ 'one.ts': 'export const handler = 1;' });
  await expect(bundle({ sources, names: ['one', 'two', 'three'], ...out() })).rejects.toThrow(/two\.ts, .*three\.ts$/);
});

const heavyPackages = [
  'casper-js-sdk',
  '@aws-sdk/client-lambda',
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/client-eventbridge',
  '@aws-sdk/client-sfn',
  // What checks proofs and signatures is loaded by the first read of the chain: a cached answer needs none of it.
  'hash-wasm',
  '@noble/curves',
];
const heavyRoom = 'lib/chain/proof/';

test('no function of the manifest loads casper-js-sdk, what checks proofs, or a rarely used client at start-up', async () => {
  const metafile = await bundle({ ...functionsBundle, ...out() });
  // Of chunks without a file of this project there is no map.
  const maps = readdirSync(out().outdir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.map'));
  const isOurs = (map: string) =>
    (JSON.parse(readFileSync(join(out().outdir, map), 'utf8')).sources as string[])
      .map((source) => relative(root, resolve(out().outdir, dirname(map), source)))
      .some((source) => /^(?:lib|functions|infra)\//.test(source));
  expect(maps.filter((map) => !isOurs(map))).toEqual([]);
  expect(maps).toContain('get-entity.mjs.map');
  const built = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  expect(built.some((input) => input.startsWith(heavyRoom))).toBe(true);
  for (const name of functionNames) {
    const loaded = staticInputs(metafile, name);
    expect(loaded).toContain(`functions/${name}.ts`);
    for (const heavy of heavyPackages) {
      expect([name, loaded.filter((input) => input.startsWith(`node_modules/${heavy}/`))]).toEqual([name, []]);
      expect(built.some((input) => input.startsWith(`node_modules/${heavy}/`))).toBe(true);
    }
    expect([name, loaded.filter((input) => input.startsWith(heavyRoom))]).toEqual([name, []]);
  }
});
