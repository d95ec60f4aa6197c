import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const sources = ['lib', 'infra', 'functions'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);
const variable = /\b(?:ASTAKE|CASPER)_[A-Z][A-Z_]*[A-Z]\b/g;
const page = read('docs/configuration.md');

test('docs/configuration.md names each variable that the code reads', () => {
  const named = new Set(sources.flatMap((file) => [...read(file).matchAll(variable)].map(([name]) => name)));
  expect(named.size).toBeGreaterThan(20);
  expect([...named].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('docs/configuration.md names no variable that the code does not know', () => {
  const code = sources.map(read).join('\n');
  const names = [...new Set([...page.matchAll(variable)].map(([name]) => name))];
  expect(names.filter((name) => !code.includes(name))).toEqual([]);
});
