import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chainEntry } from '../../../lib/domain/audit-chain.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import type { HeadArchive } from '../../../lib/domain/ports/head-archive.ts';
import type { AuditEntry } from '../../../lib/domain/record.ts';
import { folderArchive, keyFileSigner } from '../../../lib/runtime/head-folder.ts';
import { compareLatestDay } from '../../../lib/usecases/audit/compare-latest-day.ts';
import { digestHeads, type HeadService } from '../../../lib/usecases/audit/digest-heads.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const hourMs = 3_600_000;
const ref = { kind: 'account', id: 'a' };
let folder: string;
let now: number;
let store: ReturnType<typeof createMemoryStore>;
let figures: Record<string, number>;
let logged: unknown[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astake-heads-test-'));
  now = Date.parse('2026-12-02T01:00:00Z');
  store = createMemoryStore();
  store.tables.audit.set(refKey(ref), [entryAt('2026-11-30T10:00:00.000Z', 1), entryAt('2026-12-01T10:00:00.000Z', 2)]);
  figures = {};
  logged = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const entryAt = (timestamp: string, sequence: number, after: object | null = null): AuditEntry =>
  chainEntry({
    ref,
    sequence,
    cause: 'sync',
    actor: 'service',
    before: null,
    after,
    block: null,
    timestamp,
    previousDigest: null,
  });

const serviceOf = (archive: HeadArchive = folderArchive(folder)) => ({
  audit: store.audit,
  archive,
  signer: keyFileSigner(join(folder, 'signing-key.pem')),
  clock: { now: () => now } as HeadService['clock'],
  network: 'casper',
  environment: 'local',
  log: { debug: () => {}, error: (...given: unknown[]) => logged.push(given) } as unknown as HeadService['log'],
  metrics: {
    count: (name: string, by = 1) => Object.assign(figures, { [name]: by }),
    gauge: (name: string, value: number) => Object.assign(figures, { [name]: value }),
  } as never,
});

async function sign(): Promise<void> {
  const signOne = () => digestHeads({ unfinished: null, first: '2026-11-30', budgetMs: 60_000 }, serviceOf());
  for (let left = await signOne(); !left.done; left = await signOne());
}

test('rule AUDIT-5: a day that is as it was signed raises nothing, and its age is measured', async () => {
  await sign();
  expect(await compareLatestDay(serviceOf())).toEqual({ day: '2026-12-01', broken: 0 });
  expect([figures, logged]).toEqual([{ UnsignedSeconds: 3_600 }, []]);
});

test('rule AUDIT-5: where signing has stopped the age grows; where no day is signed it is not known', async () => {
  expect(await compareLatestDay(serviceOf())).toEqual({ day: null, broken: 0 });
  expect(figures).toEqual({});
  await sign();
  now += 50 * hourMs;
  expect(await compareLatestDay(serviceOf())).toMatchObject({ day: '2026-12-01' });
  expect(figures).toEqual({ UnsignedSeconds: 51 * 3_600 });
});

test('rule AUDIT-5: an entry of the latest signed day that was written anew with its digest is counted and named', async () => {
  await sign();
  store.tables.audit.set(refKey(ref), [
    entryAt('2026-11-30T10:00:00.000Z', 1),
    entryAt('2026-12-01T10:00:00.000Z', 2, { total: '1' }),
  ]);
  expect(await compareLatestDay(serviceOf())).toEqual({ day: '2026-12-01', broken: 1 });
  expect(figures).toMatchObject({ AuditRewritten: 1 });
  expect(logged).toEqual([
    [
      'entries are not as they were signed',
      {
        day: '2026-12-01',
        broken: ['account#a 2: it is not the entry that was signed on 2026-12-01: history was rewritten'],
      },
    ],
  ]);
});

test('rule AUDIT-5: the latest day has to follow the day before', async () => {
  await sign();
  const archive = folderArchive(folder);
  expect((await readdir(join(folder, 'days'))).sort()).toEqual(['2026-11-30.json', '2026-12-01.json']);
  const other = await archive.get('2026-12-01');
  // The statement of the day before is another one than the one that was signed.
  const forged = { ...archive, get: async (day: string) => (day === '2026-11-30' ? other : archive.get(day)) };
  expect(await compareLatestDay(serviceOf(forged))).toEqual({ day: '2026-12-01', broken: 1 });
  expect(JSON.stringify(logged)).toContain('it does not follow the day before');
});
