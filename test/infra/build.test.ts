import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bundle, functionsBundle, staticInputs } from '../../infra/build.ts';
import { functionNames } from '../../infra/manifest.ts';

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

test('the folder is emptied first', async () => {
  write({ 'one.ts': 'export const handler = 1;' });
  mkdirSync(out().outdir);
  writeFileSync(join(out().outdir, 'left-over.mjs'), '');
  const metafile = await bundle({ sources, names: ['one'], ...out() });
  expect(Object.keys(metafile.outputs)).toHaveLength(1);
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
];

test('no function of the manifest loads casper-js-sdk or a rarely used client at start-up', async () => {
  const metafile = await bundle({ ...functionsBundle, ...out() });
  const built = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  for (const name of functionNames) {
    const loaded = staticInputs(metafile, name);
    expect(loaded).toContain(`functions/${name}.ts`);
    for (const heavy of heavyPackages) {
      expect([name, loaded.filter((input) => input.startsWith(`node_modules/${heavy}/`))]).toEqual([name, []]);
      expect(built.some((input) => input.startsWith(`node_modules/${heavy}/`))).toBe(true);
    }
  }
});
