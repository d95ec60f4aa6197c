import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const filesUnder = (path: string): string[] =>
  statSync(join(root, path)).isFile()
    ? [path]
    : readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
        .map((name) => join(path, name))
        .filter((name) => statSync(join(root, name)).isFile());

test('README.md is a page: fewer than 1,200 words', () => {
  expect(read('README.md').trim().split(/\s+/).length).toBeLessThan(1_200);
});

/** Text files except this one, which names the words. */
const texts = [
  'lib',
  'functions',
  'infra',
  'test',
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'docs',
]
  .flatMap(filesUnder)
  .filter((file) => /\.(?:ts|mjs|md)$/.test(file) && file !== relative(root, import.meta.filename));

const found = (words: RegExp, files: readonly string[]): string[] =>
  files.flatMap((file) => [...read(file).matchAll(words)].map(([word]) => `${file}: ${word}`));

test('code, tests and documents do without the words that plain English does without', () => {
  expect(texts.length).toBeGreaterThan(600);
  const avoided = /\b(?:nobody|somebody|anybody|whoever|told|tells|of ours|behind our back|who lies)\b/gi;
  expect(found(avoided, texts)).toEqual([]);
});

test('names that standard terms replaced do not come back', () => {
  const replaced =
    /\b(?:tell[A-Z]\w*|\w+Told|takeHeat|passDoor|oneTaker|oneLeader|goOn|wishes|displacement|borne|liar)\b/g;
  expect(found(replaced, texts)).toEqual([]);
});

test('names of stored attributes stay in lib/store, its tests, and what edits rows that were deployed', () => {
  const isElsewhere = (file: string) =>
    file.endsWith('.ts') && !/^(?:(?:lib|test)\/store|test\/deploy\/uses)\//.test(file);
  expect(found(/\b(?:holdsUntil|followedUntil|beside)\b/g, texts.filter(isElsewhere))).toEqual([]);
});
