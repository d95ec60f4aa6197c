import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const ruleId =
  /\b(?:ITEM|CLAIM|SAVE|FOLLOW|BASIS|ANSWER|PROOF|KIND|COLLECT|TRACK|LIMIT|CONFLICT|ACCESS|SUBMIT|LOCAL|ACTIVITY|PAST|FEED|HOOK|AUDIT|EXPLAIN)-\d+\b/g;

interface Rule {
  readonly id: string;
  readonly keptBy: readonly string[];
  readonly tests: readonly string[];
  readonly text: string;
}

/** The files that a paragraph names behind its bold label. */
function filesBehind(label: string, section: string): string[] {
  const paragraph = section.split(`**${label}:**`)[1]?.split('\n\n')[0] ?? '';
  return [...paragraph.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);
}

const rules: readonly Rule[] = read('docs/protocol.md')
  .split(/^### /m)
  .slice(1)
  .map((section) => ({
    id: section.split('\n')[0]?.trim() ?? '',
    keptBy: filesBehind('Kept by', section),
    tests: filesBehind('Fails without it', section),
    text: section,
  }));

const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|md|mjs)$/.test(name))
    .map((name) => join(folder, name));

const citedIn = (file: string): string[] => [...read(file).matchAll(ruleId)].map(([id]) => id);

test('each rule that is cited is defined once in docs/protocol.md', () => {
  const ids = rules.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(48);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at || id.replace(ruleId, '') !== '')).toEqual([]);
  const citations = ['lib', 'functions', 'infra', 'test', 'docs'].flatMap(filesUnder).flatMap((file) =>
    citedIn(file)
      .filter((id) => !ids.includes(id))
      .map((id) => `${file} cites ${id}`),
  );
  expect(citations).toEqual([]);
});

test('each rule says what it is, why, which code keeps it and which test fails without it', () => {
  const incomplete = rules.filter(
    ({ text, keptBy, tests }) =>
      !text.includes('**Rule.**') || !text.includes('**Why.**') || keptBy.length === 0 || tests.length === 0,
  );
  expect(incomplete.map(({ id }) => id)).toEqual([]);
});

test('the files that a rule names are there', () => {
  const missing = rules.flatMap(({ id, keptBy, tests }) =>
    [...keptBy, ...tests].filter((file) => !existsSync(join(root, file))).map((file) => `${id}: ${file}`),
  );
  expect(missing).toEqual([]);
  const misplaced = rules.flatMap(({ id, keptBy, tests }) => [
    ...keptBy.filter((file) => !/^(?:lib|functions|infra)\//.test(file)).map((file) => `${id}: ${file}`),
    ...tests.filter((file) => !file.startsWith('test/')).map((file) => `${id}: ${file}`),
  ]);
  expect(misplaced).toEqual([]);
});

test('the files that a rule names cite its number', () => {
  const silent = rules.flatMap(({ id, keptBy, tests }) =>
    [...keptBy, ...tests]
      .filter((file) => existsSync(join(root, file)) && !citedIn(file).includes(id))
      .map((file) => `${id}: ${file}`),
  );
  expect(silent).toEqual([]);
});
