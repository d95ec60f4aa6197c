import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
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

test('words that plain English does without are rare in code and documents', () => {
  const avoided = /\b(?:nobody|somebody|whoever|told|tells|of ours|behind our back)\b/gi;
  const found = ['lib', 'functions', 'infra', 'README.md', 'docs']
    .flatMap(filesUnder)
    .flatMap((file) => [...read(file).matchAll(avoided)].map(([word]) => `${file}: ${word}`));
  // A few may be the right word; a habit is not.
  if (found.length >= 20) expect(found).toEqual([]);
});
