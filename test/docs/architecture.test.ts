import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const foldersIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}/`);

/** A path in code quotes that begins with a top folder of the project. */
const pathsIn = (page: string): string[] => [
  ...new Set(
    [...read(page).matchAll(/`((?:lib|functions|infra|test|docs)\/[^`\s*<>]*)`/g)].map(([, path = '']) => path),
  ),
];

describe.each(['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...pagesIn('docs')])('%s', (page) => {
  test('names files and folders that are there', () => {
    expect(pathsIn(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('links to pages that are there, and to headings in them', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g)];
    const broken = links.filter(([, path = '', anchor = '']) => {
      const target = path === '' ? page : join(page, '..', path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== '' && !anchorsIn(target).includes(anchor.slice(1));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

function pagesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

/** As GitHub makes them of headings. */
function anchorsIn(page: string): string[] {
  if (!page.endsWith('.md')) return [];
  const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('docs/architecture.md has a line for each room', () => {
  const rooms = [
    ...['lib', 'infra', 'test', 'lib/usecases', 'lib/chain', 'lib/store', 'infra/local'].flatMap(foldersIn),
    'lib/domain/ports/',
    'lib/runtime/contract/',
    'functions/',
    'lib/usecases/store-access.ts',
    'lib/chain/casper-chain.ts',
    'lib/store/tables.ts',
  ];
  const lines = read('docs/architecture.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rooms.length).toBeGreaterThan(40);
  expect(rooms.filter((room) => !lines.some((line) => line.startsWith(`| \`${room}\` |`)))).toEqual([]);
});
