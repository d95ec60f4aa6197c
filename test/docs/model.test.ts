import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

const folder = resolve(import.meta.dirname, '../../docs/model');
const page = readFileSync(join(folder, 'README.md'), 'utf8');
const run = promisify(execFile);

/** Programs that take under two seconds, or a few; the others try hundreds of thousands of states. */
const quick = [
  'losers',
  'reader-basis',
  'who-dates-a-basis',
  'there-and-back',
  'kept-changes',
  'corrections',
  'renewals',
  'restore',
];

const shared = ['search.mjs', 'race.mjs', 'reader.mjs'];

test('README.md has a row for each program', () => {
  const programs = readdirSync(folder).filter((name) => name.endsWith('.mjs') && !shared.includes(name));
  expect(programs.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});

describe.each(quick)('%s', (name) => {
  test('prints the lines that README.md shows', async () => {
    const { stdout } = await run(process.execPath, [join(folder, `${name}.mjs`)]);
    const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('   '));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter((line) => !page.includes(`${line}\n`))).toEqual([]);
    // Only a variant that leaves out a rule may break, and it must.
    expect(lines.filter((line) => /\([A-Z]+-\d\)/.test(line) !== line.includes('BROKEN'))).toEqual([]);
  });
});
