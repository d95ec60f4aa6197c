import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { eventually } from '../faults/child.ts';
import { type Local, startLocal } from '../support/local.ts';

const root = join(import.meta.dirname, '../..');
const [, script = ''] = /```js follower\n(.*?)```/s.exec(readFileSync(join(root, 'docs/api.md'), 'utf8')) ?? [];
const { account } = recordedExamples['chain-a'];

let local: Local;
let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'astake-follower-'));
  local = await startLocal();
});
afterAll(async () => {
  await local.close();
  rmSync(cwd, { recursive: true });
});

function follow() {
  const child = spawn(process.execPath, ['--input-type=module'], {
    cwd,
    env: { PATH: process.env.PATH, API: local.url, ACCOUNT: account },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.end(script);
  return { line: async () => (await lines.next()).value, kill: () => child.kill('SIGKILL') && once(child, 'close') };
}

test('the follower in docs/api.md is given each event once, also by a process after the one that was killed', async () => {
  const first = follow();
  try {
    expect(await first.line()).toMatch(/^RecordChanged account \d+(\.\d+)?$/);
    const { next } = (await local.get('/v1/changes')).body;
    await eventually(() => kept() === next);
  } finally {
    await first.kill();
  }
  await local.get(`/v1/accounts/${account}/staking`);
  const second = follow();
  try {
    expect(await second.line()).toBe('RecordChanged staking ');
  } finally {
    await second.kill();
  }
});

const kept = (): string => readFileSync(join(cwd, 'cursor'), 'utf8');
