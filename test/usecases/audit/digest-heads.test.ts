import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chainEntry } from '../../../lib/domain/audit-chain.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { headLine, placeOfLine } from '../../../lib/domain/head-digest.ts';
import type { AuditEntry } from '../../../lib/domain/record.ts';
import { folderArchive, keyFileSigner } from '../../../lib/runtime/head-folder.ts';
import { compareWithHeads } from '../../../lib/usecases/audit/compare-with-heads.ts';
import { type DigestedHeads, digestHeads, type HeadService } from '../../../lib/usecases/audit/digest-heads.ts';
import { inOrderOfTime } from '../../../lib/usecases/audit/entry-order.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const day = '2026-11-30';
const count = 25_000;
const { audit, tables } = createMemoryStore();
let folder: string;
let now = Date.parse('2026-12-01T00:59:59.999Z');
let service: HeadService;
const entries: AuditEntry[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astake-heads-test-'));
  // Seven at each moment, of seven trails.
  for (let at = 0; at < count; at += 1) {
    const ref = { kind: 'account', id: `a-${(at * 5) % 7}` };
    const sequence = Math.floor(at / 7) + 1;
    const entry = chainEntry({
      ref,
      sequence,
      cause: 'sync',
      actor: 'service',
      before: null,
      after: null,
      block: null,
      timestamp: new Date(Date.parse(day) + Math.floor(at / 7)).toISOString(),
      previousDigest: null,
    });
    entries.push(entry);
  }
  for (const [key, trail] of Map.groupBy(entries, ({ ref }) => refKey(ref))) tables.audit.set(key, trail);
  service = {
    audit,
    clock: { now: () => now } as HeadService['clock'],
    network: 'casper',
    environment: 'local',
    log: { debug: () => {} } as unknown as HeadService['log'],
    archive: folderArchive(folder),
    signer: keyFileSigner(join(folder, 'signing-key.pem')),
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const step = (left: DigestedHeads | undefined, budgetMs: number) =>
  digestHeads({ unfinished: left?.unfinished ?? null, first: day, budgetMs }, service);

test('a day is signed when an hour has passed since its end, and not before', async () => {
  expect(await step(undefined, 0)).toEqual({ done: true, unfinished: null });
  now += 1;
});

test('rule AUDIT-2: a long day is gone on with by the next invocation, each entry once and in order', async () => {
  const first = await step(undefined, 0);
  expect(first).toMatchObject({ done: false, unfinished: { day, entries: 10_000 } });
  // As the state machine passes it on.
  const second = await step(JSON.parse(JSON.stringify(first)), 0);
  expect(second.unfinished).toMatchObject({ entries: 20_000 });
  expect(await step(second, 60_000)).toEqual({ done: false, unfinished: null });
  expect(await step(undefined, 0)).toEqual({ done: true, unfinished: null });
  const kept = await service.archive.get(day);
  const { statement } = kept?.signed ?? {};
  const lines = entries.toSorted(inOrderOfTime).map(headLine);
  const parts = [0, 1, 2].map((part) =>
    createHash('sha256')
      .update(lines.slice(part * 10_000, (part + 1) * 10_000).join(''))
      .digest('hex'),
  );
  expect(statement).toMatchObject({ day, entries: count, partSize: 10_000, parts, previous: null });
  expect(placeOfLine(lines[0] ?? '')).toMatchObject({ ref: entries[0]?.ref, digest: expect.any(String) });
});

test('days that were left out are signed one after the other, each chained to the one before', async () => {
  now += 3 * 86_400_000;
  let left: DigestedHeads = { done: false, unfinished: null };
  let steps = 0;
  for (; !left.done; steps += 1) left = await step(left, 0);
  expect(steps).toBe(4);
  expect(await service.archive.latest('2026-12-04')).toBe('2026-12-03');
  const compared = await compareWithHeads({ from: day, until: '2026-12-10', onBroken: () => {} }, service);
  expect(compared).toMatchObject({ days: 4, broken: 0, publicKeys: [expect.stringContaining('BEGIN PUBLIC KEY')] });
});

const compare = async (archive = service.archive) => {
  const problems: string[] = [];
  const found = await compareWithHeads(
    { from: day, until: '2026-12-10', onBroken: ({ ref, problem }) => problems.push(`${ref.id}: ${problem}`) },
    { ...service, archive },
  );
  return { ...found, problems };
};

test('rule AUDIT-3: a day that is not over, or is no day, was put there past the service: signing goes on', async () => {
  for (const name of ['2090-01-01', 'zzz', '2026-12-99'])
    await writeFile(join(folder, 'days', `${name}.json`), '{"statement":null}');
  now += 86_400_000;
  expect(await step(undefined, 0)).toEqual({ done: false, unfinished: null });
  expect(await step(undefined, 0)).toEqual({ done: true, unfinished: null });
  expect(await compare()).toMatchObject({ days: 5, broken: 0, through: '2026-12-04' });
});

test('rule AUDIT-3: what is no statement, was deleted, or is not there is said of its day', async () => {
  const { archive } = service;
  const changed = (days: Readonly<Record<string, object | undefined>>) => ({
    ...archive,
    get: async (asked: string) => {
      const kept = await archive.get(asked);
      return kept && asked in days ? days[asked] && { ...kept, ...days[asked] } : kept;
    },
  });
  const deleted = await compare(changed({ '2026-12-01': { deletions: 1 }, '2026-12-02': { copies: 2 } }));
  expect(deleted.problems).toEqual([
    '2026-12-01: it was deleted, and is still kept: it counts',
    '2026-12-02: it was written 2 times: the first one counts',
  ]);
  const unreadable = await compare(changed({ '2026-12-04': { signed: null } }));
  expect(unreadable.problems).toEqual(['2026-12-04: it cannot be read as a signed statement']);
  const beheaded = await compare(changed({ [day]: undefined, '2026-12-01': undefined }));
  expect(beheaded.problems).toEqual(['2026-12-01: its signed statement is missing']);
});
