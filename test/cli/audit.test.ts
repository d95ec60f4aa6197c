import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as ask, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { withHeads } from '../../lib/runtime/with-heads.ts';
import { digestHeads } from '../../lib/usecases/audit/digest-heads.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { runProgram } from './run-program.ts';

const dayMs = 86_400_000;
const dayAt = (ahead: number): string => new Date(Date.now() + ahead * dayMs).toISOString().slice(0, 10);
const today = dayAt(0);

let local: Local;
let folder: string;
beforeAll(async () => {
  local = await startLocal({ height: 20 });
  const { accounts } = recordedTruth('chain-a');
  for (const height of [20, 110]) {
    local.setHeight(height);
    for (const { id } of accounts) await local.get(`/v1/accounts/${id}`, { 'cache-control': 'no-cache' });
  }
});
afterAll(() => local.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astake-audit-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const span = ['--from', dayAt(-40), '--until', dayAt(2)];
const run = (args: readonly string[], url = local.url) =>
  runProgram({ ASTAKE_URL: url, ASTAKE_KEY: asOperator.authorization.replace('Bearer ', '') }, args);
const report = (...args: readonly string[]) => run(['audit', 'report', ...span, ...args]);
const at = (name: string): string => join(folder, name);
const json = async (name: string) => JSON.parse(await readFile(at(name), 'utf8'));

/** The service behind a gate that lets so many requests for a report through, and then breaks connections. */
async function startGate() {
  let left = Number.POSITIVE_INFINITY;
  const server = createServer((message, response) => {
    if (left-- <= 0) return void message.socket.destroy();
    const passed = ask(local.url + message.url, { method: message.method, headers: message.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    message.pipe(passed);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    allow: (requests: number) => {
      left = requests;
    },
    close: () => new Promise((done) => server.close(done)),
  };
}

describe('audit report --out', () => {
  test('writes a folder with a file for each page, which say that none is missing', async () => {
    const got = await report('--out', at('all'));
    expect(got).toMatchObject({ status: 0, err: '' });
    expect(got.out).toMatch(/all: 2 pages, \d+ entries, intact as the service says\n$/);
    expect(await readdir(at('all'))).toEqual(['page-0001.json', 'page-0002.json', 'report.json']);
    const [first, second] = [await json('all/page-0001.json'), await json('all/page-0002.json')];
    expect(second.page.from).toBe(first.page.until);
    expect(second.entries.length).toBeGreaterThan(10);
    const again = await report('--out', at('all'));
    expect(again).toMatchObject({ status: 0, out: got.out });
  });

  test('that was broken off is completed by the same command, and no page is asked for again', async () => {
    const gate = await startGate();
    try {
      gate.allow(1);
      const args = ['audit', 'report', ...span, '--out', at('all')];
      const broken = await run(args, gate.url);
      expect(broken).toMatchObject({ status: 2, out: '' });
      expect(broken.err).toContain('1 page is in');
      expect(await readdir(at('all'))).toEqual(['page-0001.json', 'report.json']);
      const first = await readFile(at('all/page-0001.json'), 'utf8');
      gate.allow(1);
      expect(await run(args, gate.url)).toMatchObject({ status: 0, out: expect.stringContaining('2 pages') });
      expect(await readFile(at('all/page-0001.json'), 'utf8')).toBe(first);
      expect(await readdir(at('all'))).toEqual(['page-0001.json', 'page-0002.json', 'report.json']);
    } finally {
      await gate.close();
    }
  });

  test('writes one file in each format: an array of pages, one table, one document', async () => {
    for (const name of ['all.json', 'all.csv', 'all.html'])
      expect([name, await report('--out', at(name))]).toMatchObject([name, { status: 0, err: '' }]);
    const pages = await json('all.json');
    expect(pages).toHaveLength(2);
    const csv = await readFile(at('all.csv'), 'utf8');
    expect(csv.match(/^timestamp,/gm)).toHaveLength(1);
    // The page without entries has a line of its own.
    expect(csv.trimEnd().split('\r\n')).toHaveLength(pages[1].entries.length + 2);
    const html = await readFile(at('all.html'), 'utf8');
    for (const [part, count] of [
      ['<!doctype html>', 1],
      ['<body>', 1],
      ['</body>', 1],
      ['</main>', 1],
      ['<article class="part">', 1],
      ['<h1>', 2],
      ['rel="next"', 0],
    ] as const)
      expect([part, html.split(part).length - 1]).toEqual([part, count]);
    expect(await readdir(folder)).toEqual(['all.csv', 'all.html', 'all.json']);
  });

  test('as a folder of documents links each page to the file of the next', async () => {
    expect(await report('--format', 'html', '--out', at('pages'))).toMatchObject({ status: 0 });
    expect(await readdir(at('pages'))).toEqual(['page-0001.html', 'page-0002.html', 'report.json']);
  });

  test('leaves no file behind when it fails', async () => {
    const gate = await startGate();
    gate.allow(1);
    try {
      const args = ['audit', 'report', ...span, '--out', at('all.csv')];
      expect(await run(args, gate.url)).toMatchObject({ status: 2, out: '' });
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await gate.close();
    }
  });

  test('replaces nothing that is there', async () => {
    await writeFile(at('all.csv'), 'mine');
    expect(await report('--out', at('all.csv'))).toMatchObject({ status: 2, err: expect.stringContaining('already') });
    expect(await readFile(at('all.csv'), 'utf8')).toBe('mine');
    expect(await report('--out', folder)).toMatchObject({ status: 2, err: expect.stringContaining('other files') });
    await report('--out', at('one'));
    const other = await run(['audit', 'report', '--from', dayAt(-1), '--out', at('one')]);
    expect(other).toMatchObject({ status: 2, err: expect.stringContaining('another report') });
    for (const day of ['2026-11-31', '2026-02-30', 'yesterday'])
      expect([day, await run(['audit', 'report', '--from', day])]).toMatchObject([day, { status: 2, out: '' }]);
    for (const args of [
      ['--format', 'pdf'],
      ['--format', 'csv', '--json'],
      ['--format', 'csv', '--out', at('all.html')],
    ])
      expect([args, (await report(...args)).status]).toEqual([args, 2]);
  });

  test('--format alone writes the report to standard output', async () => {
    const got = await report('--format', 'json');
    expect(got).toMatchObject({ status: 0, err: '' });
    expect(JSON.parse(got.out)).toHaveLength(2);
  });
});

describe('audit days', () => {
  test('says that no day is signed', async () => {
    expect(await run(['audit', 'days'])).toEqual({ status: 1, out: 'no day is signed\n', err: '' });
  });

  describe('once days are signed', () => {
    beforeAll(async () => {
      const running = withHeads(local.stack.service());
      const clock = { ...running.clock, now: () => Date.parse(today) + 3 * dayMs + 4_000_000 };
      for (let done = false; !done; )
        ({ done } = await digestHeads({ unfinished: null, first: today, budgetMs: 60_000 }, { ...running, clock }));
    });

    test('lists and downloads them, oldest first', async () => {
      const got = await run(['audit', 'days', '--out', at('days')]);
      expect(got).toMatchObject({ status: 0, err: '' });
      const lines = got.out.trimEnd().split('\n');
      expect(lines[0]).toMatch(new RegExp(`^${today}  \\d+ entries  signed$`));
      expect(lines.at(-1)).toBe('3 days: whole');
      expect(await readdir(at('days'))).toEqual([0, 1, 2].map((ahead) => `day-${dayAt(ahead)}.json`));
      const asked = await run(['audit', 'days', '--from', dayAt(1), '--until', dayAt(2), '--json']);
      expect(JSON.parse(asked.out)).toMatchObject({ isWhole: true, days: [{ day: dayAt(1), problems: [] }] });
    });

    test('names a day whose signature or chain does not hold', async () => {
      const days = new Map<string, { statement: { entries: number } }>();
      for (const ahead of [0, 1, 2])
        days.set(dayAt(ahead), (await local.get(`/v1/audit/heads?day=${dayAt(ahead)}`, asOperator)).body);
      const second = days.get(dayAt(1));
      if (second !== undefined) second.statement.entries += 1;
      const server = createServer((message, response) => {
        const day = new URL(message.url ?? '', 'http://x').searchParams.get('day') ?? dayAt(2);
        const body = days.get(day);
        response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body ?? { code: 'not_found', status: 404, retryable: false }));
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const { port } = server.address() as { port: number };
      const got = await run(['audit', 'days'], `http://127.0.0.1:${port}`);
      expect(got.status).toBe(1);
      expect(got.out).toContain(`${dayAt(1)}  1 entries  BROKEN: the signature does not match`);
      expect(got.out).toMatch(new RegExp(`${dayAt(2)}  0 entries  BROKEN: it does not follow the day before`));
      days.delete(dayAt(0));
      const missing = await run(['audit', 'days'], `http://127.0.0.1:${port}`);
      expect(missing.out).toContain(`${today}  - entries  BROKEN: the next day names it, and it is not kept`);
      await new Promise((done) => server.close(done));
    });
  });
});
