import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tables } from '../../lib/store/tables.ts';

const runbook = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');

test('a restore says of every table what becomes of it', () => {
  const [, restore = ''] = /\n### Restore\n([\s\S]*?)\n### /.exec(runbook) ?? [];
  expect(Object.keys(tables).filter((name) => !restore.includes(`\`${name}\``))).toEqual([]);
});
