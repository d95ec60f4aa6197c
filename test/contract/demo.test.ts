import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');

const run = (env: Record<string, string>) =>
  new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((resolve) => {
    const child = spawn(process.execPath, ['infra/local/demo/demo.ts'], { cwd: root, env: { ...process.env, ...env } });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      out += more;
    });
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      err += more;
    });
    child.once('close', (code) => resolve({ code, out, err }));
  });

test('the demo runs to its end, and all its checks pass', async () => {
  const { code, out, err } = await run({ NODE_OPTIONS: '', NO_COLOR: '' });
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^All 12 steps passed in \d+\.\d s\.$/m);
  for (const line of [
    /^ {3}> GET \/v1\/assets\/villas\/0$/m,
    /^ {3}< 200 in \d+ ms, 0 chain calls$/m,
    /Cache-Status: astake-lookup; hit/,
    /source chain, stale false, block 32,/,
    /source database, stale true, block 32, age [1-9]/,
    /^ {3}< 503 in [\s\S]*Retry-After: \d/m,
    /source chain, stale false, block 51,/,
    /code not_found, .* at block 51/,
    /minHeight=81/,
    /villas:998: not_found/,
    /^ {5}1\. lookup at block 30: owner account-hash-[0-9a-f]{8}…; digest [0-9a-f]{8}… after none$/m,
    /nodes healthy \(.*\), reads healthy, writes healthy/,
  ]) {
    expect(out).toMatch(line);
  }
});

test('its output is readable in a narrow window and in a file', async () => {
  // The demo must not see other settings of the environment.
  const { code, out } = await run({ NODE_OPTIONS: '', ASTAKE_DEADLINE_MS: 'soon', CASPER_CHAIN_NAME: 'casper' });
  expect(code).toBe(0);
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no escape sequences outside a terminal
  expect(out).not.toMatch(/\x1b/);
});
