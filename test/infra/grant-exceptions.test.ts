import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { functionDefinition, type TableUses } from '../../infra/manifest.ts';
import { grantExceptions } from '../deploy/grant-exceptions.ts';

const project = join(import.meta.dirname, '../..');
const pairsOf = (tables: TableUses): string[] =>
  Object.entries(tables).flatMap(([table, uses]) => uses.map((use) => `${table} ${use}`));

test.each(grantExceptions)(
  'an exception of the check of grants is of grants, and a test goes its way: $why',
  (exception) => {
    for (const name of exception.functions)
      expect([name, pairsOf(functionDefinition(name).tables)]).toEqual([
        name,
        expect.arrayContaining(pairsOf(exception.tables)),
      ]);
    expect(exception.why.length).toBeGreaterThan(20);
    expect(readFileSync(join(project, exception.test), 'utf8')).toContain(exception.title);
  },
);

test('no grant is an exception twice', () => {
  const all = grantExceptions.flatMap(({ functions, tables }) =>
    functions.flatMap((name) => pairsOf(tables).map((pair) => `${name} ${pair}`)),
  );
  expect(all.filter((each, at) => all.indexOf(each) < at)).toEqual([]);
});
