import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { withHeads } from '../../lib/runtime/with-heads.ts';
import { digestHeads } from '../../lib/usecases/audit/digest-heads.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';

const root = resolve(import.meta.dirname, '../..');
const dayMs = 86_400_000;
const today = new Date().toISOString().slice(0, 10);

let local: Local;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'astake-auditor-'));
  symlinkSync(join(root, 'examples'), join(folder, 'examples'));
  local = await startLocal({ height: 60 });
  for (const { id } of recordedTruth('chain-a').accounts) await local.get(`/v1/accounts/${id}`);
  const running = withHeads(local.stack.service());
  const clock = { ...running.clock, now: () => Date.parse(today) + dayMs + 4_000_000 };
  await digestHeads({ unfinished: null, first: today, budgetMs: 60_000 }, { ...running, clock });
});
afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

const runbook = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const [, block = ''] = /### Check the audit without us\n[\s\S]*?\n```\n([\s\S]*?)```/.exec(runbook) ?? [];

/** As a shell runs it. The month of the text becomes that of this run. */
function run(line: string): Promise<string> {
  const [from, until] = [today, new Date(Date.parse(today) + dayMs).toISOString().slice(0, 10)];
  const command = line
    .replace(/2026-1[12]-01/g, (day) => (day === '2026-11-01' ? from : until))
    .replace('npx astake-lookup', `"${process.execPath}" "${join(root, 'lib/cli/bin.cjs')}"`)
    .replace(/^node /, `"${process.execPath}" `);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    ASTAKE_URL: local.url,
    ASTAKE_KEY: asOperator.authorization.replace('Bearer ', ''),
  };
  return new Promise((done, fail) =>
    execFile('sh', ['-c', command], { cwd: folder, env }, (error, out, err) =>
      error === null ? done(out) : fail(new Error(`${line}: ${out}${err}`)),
    ),
  );
}

test('an auditor who copies three commands from the runbook has a verdict that no service gives', async () => {
  const commands = block.trim().split('\n');
  expect(commands).toHaveLength(3);
  const outputs: string[] = [];
  for (const command of commands) outputs.push(await run(command));
  const [report, days, verdict] = outputs;
  expect(report).toMatch(/^report: 1 page, \d+ entries, intact/);
  expect(days).toMatch(/^1 day: whole$/m);
  expect(verdict).toMatch(/^[1-9]\d* entries in \d+ trails: whole$/m);
  expect(verdict).toMatch(/^1 days, 1 of them held against the report: as signed$/m);
});
