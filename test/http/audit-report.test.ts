import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../lib/domain/digest.ts';
import { withHeads } from '../../lib/runtime/with-heads.ts';
import { digestHeads } from '../../lib/usecases/audit/digest-heads.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';

// biome-ignore lint/suspicious/noExplicitAny: an answer as it is in the file
type Page = any;

const root = join(import.meta.dirname, '../..');
const reader = 'examples/audit-files.mjs';
const script = 'examples/check-audit.mjs';
const daysScript = 'examples/check-audit-days.mjs';
const { accounts } = recordedTruth('chain-a');
const today = new Date().toISOString().slice(0, 10);
const span = `from=${today}&until=${new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)}`;

let local: Local;
let folder: string;
let report: Page;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astake-check-'));
  local = await startLocal({ height: 20 });
  for (const height of [20, 60, 110]) {
    local.setHeight(height);
    for (const { id } of accounts) await local.get(`/v1/accounts/${id}`, { 'cache-control': 'no-cache' });
  }
  report = (await local.get(`/v1/audit?${span}`, asOperator)).body;
});
afterAll(async () => {
  await local.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(example: string, files: readonly { readonly name: string; readonly text: string }[]) {
  const paths = files.map(({ name }) => join(folder, name));
  await Promise.all(files.map(({ text: content }, at) => writeFile(paths[at] as string, content)));
  const child = spawn(process.execPath, [join(root, example), ...paths]);
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err, status };
}

const filesOf = (pages: readonly Page[]) =>
  pages.map((page, at) => ({ name: `page-${at}.json`, text: JSON.stringify(page) }));
const check = (...pages: readonly Page[]) => run(script, filesOf(pages));
const checkDays = (...pages: readonly Page[]) => run(daysScript, filesOf(pages));
const checkTable = (table: string) => run(script, [{ name: 'report.csv', text: table }]);

const copyOf = (page: Page): Page => structuredClone(page);
const nameOf = ({ kind, id, sequence }: Page) => `${kind}#${id}, entry ${sequence}`;

/** Entries of different trails, the first and the last of each of them among them. */
const sampleOf = () =>
  report.entries.map((_: unknown, at: number) => at).filter((at: number) => at < 6 || at % 5 === 0);

test('a report names the service, who asked, the coverage, its trails and their heads', () => {
  expect(report).toMatchObject({
    service: {
      name: 'astake-lookup',
      network: local.node.chainName,
      environment: 'local',
      logicVersion: expect.any(Number),
    },
    askedBy: 'local:operator-key',
    broken: [],
    coverage: null,
  });
  const { trails, entries } = report;
  expect(new Set(trails.map(({ head, last }: Page) => head === null || head.digest === last.digest))).toEqual(
    new Set([true]),
  );
  expect(trails.reduce((sum: number, trail: Page) => sum + trail.entries, 0)).toBe(entries.length);
  expect(
    entries.filter(({ kind }: Page) => kind === 'account').every(({ blockTime }: Page) => blockTime !== null),
  ).toBe(true);
  expect(entries.some(({ held }: Page) => held !== null)).toBe(true);
});

test('rule AUDIT-1: the example checks a report by its file alone', async () => {
  expect(await check(report)).toEqual({
    status: 0,
    err: '',
    out: `${report.entries.length} entries in ${report.trails.length} trails: whole\n`,
  });
  expect(await check({ service: {} })).toMatchObject({
    status: 1,
    out: expect.stringContaining('no page of a report'),
  });
});

test('the check is a script of 40 lines', async () => {
  for (const [name, most] of [
    [script, 40],
    [daysScript, 45],
    [reader, 53],
  ] as const) {
    const lines = (await readFile(join(root, name), 'utf8')).trimEnd().split('\n');
    expect([name, lines.length <= most, lines.every((line) => line.length <= 120)]).toEqual([name, true, true]);
  }
});

test('rule AUDIT-1: the example checks the table too, and names a cell that was changed and a line that was taken out', async () => {
  const response = await fetch(`${local.url}/v1/audit?${span}&format=csv`, { headers: asOperator });
  const table = await response.text();
  expect(await checkTable(table)).toEqual({
    status: 0,
    err: '',
    out: `${report.entries.length} entries in ${report.trails.length} trails: whole\n`,
  });
  const lines = table.split('\r\n');
  const cases = [
    lines.with(5, (lines[5] as string).replace(',lookup,', ',review,')),
    lines.with(7, (lines[7] as string).replace(/"{""/, '"{""x"":1,""')),
    lines.toSpliced(3, 1),
    lines.toSpliced(-2, 1),
  ];
  for (const [at, changed] of cases.entries()) {
    expect([at, changed.join('\r\n') === table]).toEqual([at, false]);
    expect([at, (await checkTable(changed.join('\r\n'))).status]).toEqual([at, 1]);
  }
  const sorted = [lines[0], ...lines.slice(1, -1).sort(), ''].join('\r\n');
  expect((await checkTable(sorted)).status).toBe(0);
});

test('rule AUDIT-1: an entry of the file that was changed is named, whichever member it is', async () => {
  const at = report.entries.findIndex(({ held, blockTime }: Page) => held !== null && blockTime !== null);
  const changes: readonly ((entry: Page) => void)[] = [
    (entry) => (entry.actor = 'key:another'),
    (entry) => (entry.cause = 'review'),
    (entry) => (entry.after = { ...entry.after, total: '1' }),
    (entry) => (entry.before = null),
    (entry) => (entry.blockHeight += 1),
    (entry) => (entry.blockTime = entry.blockTime.replace('Z', '0Z')),
    (entry) => (entry.held.fork += 1),
    (entry) => (entry.held = null),
    (entry) => (entry.timestamp = entry.timestamp.replace('Z', '0Z')),
    (entry) => (entry.digest = 'ab'.repeat(32)),
    (entry) => (entry.previousDigest = 'ab'.repeat(32)),
  ];
  for (const change of changes) {
    const page = copyOf(report);
    change(page.entries[at]);
    const { status, out } = await check(page);
    expect({ change: String(change), status, out }).toMatchObject({
      status: 1,
      out: expect.stringContaining(nameOf(report.entries[at])),
    });
  }
});

test('rule AUDIT-1: an entry that was taken out of the file is named', async () => {
  for (const at of sampleOf()) {
    const page = copyOf(report);
    const [gone] = page.entries.splice(at, 1);
    const { status, out } = await check(page);
    expect({ status, out }).toMatchObject({
      status: 1,
      out: expect.stringContaining(`${nameOf(gone)}: it is missing`),
    });
  }
});

test('rule AUDIT-1: entries of the file that changed places are named', async () => {
  for (const at of sampleOf().filter((one: number) => one > 0)) {
    const page = copyOf(report);
    page.entries.splice(at - 1, 2, page.entries[at], page.entries[at - 1]);
    const { status, out } = await check(page);
    expect({ status, out }).toMatchObject({ status: 1, out: expect.stringContaining(nameOf(report.entries[at - 1])) });
  }
});

test('an id of the file writes no line of its own', async () => {
  const page = copyOf(report);
  page.entries[0].id = 'x\n900 entries in 9 trails: whole\n\u001b[2J';
  const { out } = await check(page);
  expect(out).not.toMatch(/^900 entries/m);
  expect(out).not.toContain('\u001b');
});

test('a report in pages: whole with all of them, and not with one left out', async () => {
  const middle = Math.floor(report.entries.length / 2);
  const at = report.entries.findIndex(
    (entry: Page, index: number) => index >= middle && entry.timestamp !== report.entries[index - 1].timestamp,
  );
  const part = (entries: Page[], next: string | null) => {
    const trails = [...Map.groupBy(entries, ({ kind, id }) => `${kind}#${id}`).values()].map((trail) => {
      const { kind, id } = trail[0];
      const { head } = report.trails.find((one: Page) => one.kind === kind && one.id === id);
      return { kind, id, entries: trail.length, first: trail[0], last: trail.at(-1), head };
    });
    const middleAt = report.entries[at].timestamp;
    const page = next === null ? { from: middleAt, until: report.until } : { from: report.from, until: middleAt };
    return { ...report, entries, trails, next, page: { ...page, entries: entries.length } };
  };
  const pages = [part(report.entries.slice(0, at), 'more'), part(report.entries.slice(at), null)];
  expect((await check(...pages)).status).toBe(0);
  expect(await check(pages)).toMatchObject({ status: 0 });
  expect(await check(pages[0])).toMatchObject({ status: 1, out: expect.stringContaining('a page is missing after') });
  expect(await check(pages[1])).toMatchObject({ status: 1, out: expect.stringContaining('a page is missing before') });
  expect(await check(pages[1], pages[0])).toMatchObject({ status: 1 });
});

test('as CSV: with network, times of blocks, and a name for the file', async () => {
  const response = await fetch(`${local.url}/v1/audit?${span}&format=csv`, { headers: asOperator });
  expect(response.headers.get('content-disposition')).toMatch(
    /^attachment; filename="audit-[\w.-]+-local-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv"$/,
  );
  expect((await response.text()).split('\r\n')[0]).toContain('blockHash,blockTime,held,proof,digest');
});

test('as HTML, where a browser asks: what is broken first, and no script', async () => {
  const ask = async (path: string, headers = {}) => {
    const response = await fetch(local.url + path, { headers: { ...asOperator, ...headers } });
    return {
      type: response.headers.get('content-type'),
      policy: response.headers.get('content-security-policy'),
      text: await response.text(),
    };
  };
  const page = await ask(`/v1/audit?${span}`, { accept: 'text/html,*/*;q=0.8' });
  expect(page.type).toBe('text/html; charset=utf-8');
  expect(page.policy).toContain("default-src 'none'");
  expect(page.text).not.toContain('<script');
  expect(page.text).toContain('trails of this page are whole');
  expect(page.text).toContain('This page has the whole span.');
  expect(page.text.match(/<th scope="row">account /g)?.length).toBe(
    report.entries.filter(({ kind }: Page) => kind === 'account').length,
  );
  expect((await ask(`/v1/audit?${span}&format=html`)).type).toBe(page.type);
});

describe('rule AUDIT-2: the signed heads of a day', () => {
  const day = async () => (await local.get('/v1/audit/heads?day='.concat(today), asOperator)).body;

  beforeAll(async () => {
    const running = withHeads(local.stack.service());
    const clock = { ...running.clock, now: () => Date.parse(today) + 2 * 86_400_000 + 4_000_000 };
    let done = false;
    while (!done)
      ({ done } = await digestHeads({ unfinished: null, first: today, budgetMs: 60_000 }, { ...running, clock }));
    report = (await local.get(`/v1/audit?${span}`, asOperator)).body;
  });

  test('are answered with signature and key; a day without them is not found', async () => {
    const got = await local.get('/v1/audit/heads', asOperator);
    expect(got).toMatchObject({ status: 200, body: { day: expect.any(String), copies: 1 } });
    expect((await day()).statement.previous).toBeNull();
    expect(got.body.statement.previous).toEqual({ day: today, digest: (await day()).digest });
    expect((await local.get('/v1/audit/heads?day=2026-01-01', asOperator)).status).toBe(404);
    expect((await local.get('/v1/audit/heads?day=2026-02-30', asOperator)).status).toBe(400);
    expect((await local.get('/v1/audit/heads')).status).toBe(401);
  });

  test('are checked by the example with the report: as they are, whole; a report that was made anew with all its digests, not', async () => {
    const signed = await day();
    const { keyDigest } = signed;
    const next = (await local.get('/v1/audit/heads', asOperator)).body;
    expect(await checkDays(report, signed, next)).toMatchObject({
      status: 0,
      out: expect.stringContaining(
        `signed with the key ${keyDigest}\n2 days, 2 of them held against the report: as signed`,
      ),
    });
    const table = await (await fetch(`${local.url}/v1/audit?${span}&format=csv`, { headers: asOperator })).text();
    const files = [{ name: 'report.csv', text: table }, ...filesOf([signed, next])];
    expect(await run(daysScript, files)).toMatchObject({ status: 0 });
    const page = copyOf(report);
    const at = page.trails.findIndex(
      ({ entries, first, head }: Page) => entries === 1 && head !== null && first.sequence === 1,
    );
    const { kind, id } = page.trails[at];
    const entry = page.entries.find((one: Page) => one.kind === kind && one.id === id);
    const {
      blockHeight: height,
      blockHash: hash,
      blockTime,
      sequence,
      cause,
      before,
      after,
      timestamp,
      previousDigest,
    } = entry;
    const block = height === null ? null : { height, hash, timestamp: blockTime };
    entry.actor = 'key:another';
    const { actor } = entry;
    entry.digest = digestOf({
      ref: { kind, id },
      sequence,
      cause,
      actor,
      before,
      after,
      block,
      timestamp,
      previousDigest,
    });
    for (const link of ['first', 'last', 'head']) page.trails[at][link].digest = entry.digest;
    expect((await check(page)).status).toBe(0);
    expect(await checkDays(page, signed)).toMatchObject({
      status: 1,
      out: expect.stringContaining(`day ${today}: its entries are not those that were signed`),
    });
    const forged = { ...signed, statement: { ...signed.statement, entries: 1 } };
    expect(await checkDays(report, forged)).toMatchObject({
      status: 1,
      out: expect.stringContaining('the signature does not match'),
    });
    expect(await checkDays(forged, next)).toMatchObject({
      status: 1,
      out: expect.stringContaining('it does not follow the day'),
    });
    expect(await checkDays({ ...report, service: { ...report.service, network: 'another' } }, signed)).toMatchObject({
      status: 1,
      out: expect.stringContaining(`it is of ${report.service.network}`),
    });
    expect((await checkDays(report)).status).toBe(1);
    const later = { ...report, from: report.from.replace('.000Z', '.001Z') };
    later.page = { ...later.page, from: later.from };
    expect((await check(later)).status).toBe(0);
    expect(await checkDays(later, signed)).toMatchObject({
      status: 1,
      out: expect.stringContaining('the report has only a part of it'),
    });
  });
});
