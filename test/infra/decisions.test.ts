import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { decisionsIn } from '../deploy/decisions.ts';

const folder = mkdtempSync(join(tmpdir(), 'astake-decisions-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (name: string): string =>
  `${JSON.stringify({ principal: `arn:aws:sts::0:assumed-role/r/${name}`, action: 'a', resource: 'ü', allowed: true, at: 1 })}\n`;

test('decisions of IAM are read as they are written, each once, and none before its line is whole', () => {
  const file = join(folder, 'decisions.ndjson');
  const decisions = decisionsIn(file);
  expect(decisions()).toEqual([]);
  const [half, rest] = [line('two').slice(0, 20), line('two').slice(20)];
  appendFileSync(file, `${line('one')}${half}`);
  expect(decisions()).toEqual([{ function: 'one', action: 'a', resource: 'ü', allowed: true, at: 1 }]);
  appendFileSync(file, `${rest}${line('three')}`);
  expect(decisions(1).map((each) => each.function)).toEqual(['two', 'three']);
});
