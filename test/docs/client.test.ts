import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { clientContract } from '../../infra/client-contract.ts';
import { openApi } from '../../lib/runtime/contract/openapi.ts';

const root = join(import.meta.dirname, '../..');
const file = join(root, 'lib/client/contract.ts');

test('types and routes of the client are those of the OpenAPI document; if not, run `npm run client`', () => {
  const lines = (text: string) => text.split('\n');
  expect(lines(readFileSync(file, 'utf8'))).toEqual(lines(clientContract(openApi())));
});

test('there is no example that no test names', () => {
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, 'test', name), 'utf8'));
  const examples = readdirSync(join(root, 'examples'));
  expect(examples.length).toBeGreaterThan(3);
  expect(examples.filter((name) => !tests.some((source) => source.includes(`examples/${name}`)))).toEqual([]);
});
