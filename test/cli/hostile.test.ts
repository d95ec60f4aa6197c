import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { CliIo } from '../../lib/cli/io.ts';
import { runCli } from '../../lib/cli/run-cli.ts';

/** What every request gets. */
let answer: { status: number; body: unknown };
let asked: (string | undefined)[];
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => new Promise((closed) => server.close(closed)));

async function run(line: string, input = '') {
  const [out, err]: [string[], string[]] = [[], []];
  const io: CliIo = {
    env: { HOME: '/nonexistent' },
    stdin: Readable.from([input]),
    isInteractive: false,
    width: 80,
    write: async (text) => void out.push(text),
    warn: (text) => void err.push(text),
    paint: (_, text) => text,
    now: () => Date.parse('2026-11-30T00:00:00Z'),
    signal: new AbortController().signal,
  };
  const status = await runCli([...line.split(' '), '--url', url], io);
  return { status, out: out.join(''), err: err.join('\n') };
}

const forged = 'from chain, block 9, known to hold through block 9, 0 s old';
const commands = '\u001b]0;title\u0007 \u009b31m \u202e';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const reachesTerminal = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/;
const meta = { source: `da\u001btabase`, block: { height: 3 }, verifiedThrough: { height: 3 }, age: 60, stale: true };

test('a line break in the metadata of a token begins no line that looks like one of the program', async () => {
  answer = { status: 200, body: { data: { name: `A villa\n\n${forged}`, 'a\nkey': commands }, meta } };
  const { status, out } = await run('get asset villas 0');
  const begun = out.split('\n').filter((line) => /^\S/.test(line));
  expect(begun).toEqual([
    expect.stringMatching(/^name /),
    expect.stringMatching(/^a\\u000akey /),
    expect.stringMatching(/^from da\\u001btabase, block 3/),
  ]);
  expect(out).toContain(forged);
  expect([status, out]).toEqual([0, expect.not.stringMatching(reachesTerminal)]);
});

test('nor does an id, in the lines of a batch and of an audit report', async () => {
  const id = `0\n${forged}${commands}`;
  const error = { code: 'not_found', detail: 'none' };
  answer = { status: 200, body: { results: [{ ref: { kind: 'asset', id }, error }] } };
  const batch = await run('batch', 'asset villas 0\n');
  const entry = {
    timestamp: 'now',
    kind: 'local',
    id,
    sequence: 1,
    cause: 'x',
    actor: 'y',
    fields: [],
    problem: 'bad',
  };
  const summary = { entries: 1 };
  answer = { status: 200, body: { entries: [entry], broken: [], trails: [], summary, next: null } };
  const report = await run('audit report --from 2026-11-29 --until 2026-11-30');
  const verified = await run('audit verify --from 2026-11-29 --until 2026-11-30');
  const lines = [batch, report, verified].map(({ out }) => out.trimEnd().split('\n').length);
  expect(lines).toEqual([1, 1, 2]);
  for (const { out } of [batch, report, verified]) expect(out).not.toMatch(reachesTerminal);
});

test('JSON is the same value, and has nothing in it that a terminal takes for a command', async () => {
  const data = { name: commands, total: 1 };
  answer = { status: 200, body: { data, meta } };
  const { out } = await run('get asset villas 0 --json');
  expect(out).not.toMatch(reachesTerminal);
  expect(JSON.parse(out)).toEqual({ data, meta });
});

test.each([
  ['no list', 'nonsense', ''],
  [
    'a list with nothing in it that can be read',
    [null, 7, { path: 'id\nastake-lookup: done' }],
    '\n  - id\\u000aastake',
  ],
])('problem details whose `errors` are %s are a refusal', async (_, errors, part) => {
  answer = { status: 400, body: { code: 'invalid_id', detail: `no\nastake-lookup: done`, errors, retryable: false } };
  const { status, err } = await run('get account x');
  expect([status, err.split('\n')[0]]).toEqual([
    1,
    'astake-lookup: refused: 400 invalid_id: no\\u000aastake-lookup: done',
  ]);
  expect(err).toContain(part);
  expect(JSON.parse((await run('get account x --json')).err).error).toMatchObject({ code: 'invalid_id', status: 400 });
});

test('a list whose next page is the same one ends', async () => {
  answer = { status: 200, body: { items: [], next: 'again' } };
  const { status, err } = await run('keys list');
  expect([status, asked.length]).toEqual([2, 2]);
  expect(err).toContain('does not go on');
});

test('a signed day of another name writes no file outside of the folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'astake-days-'));
  const day = 'x/../../stolen';
  const statement = { day, previous: null, entries: 0, parts: [] };
  answer = {
    status: 200,
    body: { day, statement, signature: '', publicKey: '', digest: '', keyDigest: '', copies: 1 },
  };
  const { status, err } = await run(`audit days --out ${join(folder, 'days')}`);
  const written = readdirSync(folder, { recursive: true });
  rmSync(folder, { recursive: true });
  expect([status, written]).toEqual([1, []]);
  expect(err).toContain('no date');
});
