import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { needsEngine } from '../support/runs-on-engine.ts';

const folder = join(import.meta.dirname, '..');
const suites = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
const usesEngine = /\bstartEngine\(|stack\.engine\.(?:stop|pid|endpoint)\b|from '\.\/faulty\.ts'/;

test('each suite that cannot do without an engine is listed, so that npm test passes where none is packaged', () => {
  const unlisted = suites
    .filter((name) => usesEngine.test(readFileSync(join(folder, name), 'utf8')))
    .filter((name) => !needsEngine.some((listed) => name.startsWith(listed)));
  expect(unlisted).toEqual([]);
});

test('each entry of the list names a suite', () => {
  expect(needsEngine.filter((listed) => !suites.some((name) => name.startsWith(listed)))).toEqual([]);
});
