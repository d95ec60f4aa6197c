import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { FieldCase } from './case.ts';
import { play } from './play.ts';

/** Faults that users of nodes, SDKs, contracts and caches have reported, each as an input. */
const folder = join(import.meta.dirname, 'cases');
const cases = readdirSync(folder).map((file): [string, FieldCase] => [
  file,
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as FieldCase,
]);

describe('reports from the field', () => {
  for (const [file, each] of cases) {
    test(`${file.slice(0, 2)}: ${each.title}`, async () => {
      expect(await play(each)).toEqual([]);
    });
  }
});
