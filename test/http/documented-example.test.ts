import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';

const root = join(import.meta.dirname, '../..');
const [, script = ''] = /```js\n(.*?)```/s.exec(readFileSync(join(root, 'docs/api.md'), 'utf8')) ?? [];

let local: Local;
beforeAll(async () => {
  local = await startLocal({ nodes: [await startDevChain({ secondsPerBlock: 1 })] });
});
afterAll(() => local.close());

test('the example in docs/api.md submits a transfer, follows it into its block and reads what it has changed', async () => {
  const made = await local.post('/v1/keys', { name: 'my app', roles: ['writer'] }, asOperator);
  const child = spawn(process.execPath, ['--input-type=module'], {
    cwd: root,
    env: { PATH: process.env.PATH, API: local.url, KEY: made.body.key },
  });
  child.stdin.end(script);
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect([err, status, out]).toEqual(['', 0, "{ motes: '1000002500000000', cspr: '1000002.5' }\n"]);
});
