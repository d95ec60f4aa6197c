import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { clientContract } from '../../infra/client-contract.ts';
import { openApi } from '../../lib/runtime/contract/openapi.ts';

const file = join(import.meta.dirname, '../../lib/client/contract.ts');

test('types and routes of the client are those of the OpenAPI document; if not, run `npm run client`', () => {
  const lines = (text: string) => text.split('\n');
  expect(lines(readFileSync(file, 'utf8'))).toEqual(lines(clientContract(openApi())));
});
