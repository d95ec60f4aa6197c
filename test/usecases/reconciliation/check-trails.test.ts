import { beforeEach, describe, expect, test } from '@jest/globals';
import { chainEntry } from '../../../lib/domain/audit-chain.ts';
import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import type { CheckedTrails, Reconciliation, Tally } from '../../../lib/domain/reconciliation.ts';
import type { AuditEntry } from '../../../lib/domain/record.ts';
import { checkTrails, type TrailBudget } from '../../../lib/usecases/reconciliation/check-trails.ts';
import { keySample, recordOf, runOf } from '../../store/samples.ts';
import { createMemoryStore } from '../../support/memory-store.ts';
import { plantedTrail } from '../../support/planted-trail.ts';

const hourMs = 3_600_000;
const length = 30;
const began = Date.parse('2026-01-05T07:00:00.000Z');

let store: ReturnType<typeof createMemoryStore>;
let now: number;
/** Calls of the audit trail, by name, and the entries that were asked for one by one. */
let calls: string[];
let onEntries: () => void;
let runs: number;

beforeEach(() => {
  calls = [];
  onEntries = () => {};
  runs = 0;
  store = createMemoryStore({
    onCall: (name) => {
      if (name.startsWith('audit.')) calls.push(name);
      if (name === 'audit.entries') onEntries();
    },
  });
  for (const ref of [account, key, service]) plant(ref);
  now = began + length * hourMs;
});

const account = { kind: 'account', id: 'account-hash-a' };
const key = { kind: 'key', id: keySample().id };
const service = { kind: 'service', id: 'reconciliations' };

/** A trail with an entry each hour, and what names its newest entry. */
function plant(ref: EntityRef, entries = length): void {
  const trail = plantedTrail(ref, entries, (sequence) => new Date(began + sequence * hourMs).toISOString());
  store.tables.audit.set(refKey(ref), trail);
  nameNewest(ref);
}

function nameNewest(ref: EntityRef): void {
  const { sequence = 0, digest = '' } = store.tables.audit.get(refKey(ref))?.at(-1) ?? {};
  if (ref.kind === 'account') store.tables.records.set(refKey(ref), recordOf({ ...ref, sequence, auditHead: digest }));
  if (ref.kind === 'key') store.tables.keys.set(ref.id, keySample({ revision: sequence, auditHead: digest }));
}

const change = (ref: EntityRef, edit: (trail: AuditEntry[]) => AuditEntry[]) =>
  store.tables.audit.set(refKey(ref), edit(store.tables.audit.get(refKey(ref)) ?? []));
const removed = (sequence: number) => (trail: AuditEntry[]) => trail.filter((entry) => entry.sequence !== sequence);
const altered = (sequence: number, parts: Partial<AuditEntry>) => (trail: AuditEntry[]) =>
  trail.map((entry) => (entry.sequence === sequence ? { ...entry, ...parts } : entry));

/** The run of the next hour, as `finish` keeps it. */
async function run(
  parts: Partial<Reconciliation> = {},
  budget?: TrailBudget,
  samples: Tally['samples'] = [],
): Promise<CheckedTrails | undefined> {
  now += hourMs;
  runs += 1;
  const next = runOf({ id: `run-${runs}`, startedAt: new Date(now).toISOString(), ...parts });
  const { audit, records, localData, keys, webhooks, reconciliations } = store;
  const own = { audit, records, localData, keys, webhooks, reconciliations };
  const definitions = { has: (kind: string) => kind === 'account' } as never;
  const clock = { now: () => now, steady: () => now };
  const trails = await checkTrails(next, { samples }, { ...own, definitions, clock }, budget);
  store.tables.reconciliations.set(next.id, { ...next, ...(trails && { trails }) });
  return trails;
}

const inShort = (trails: CheckedTrails | undefined) =>
  trails?.broken.map(({ ref, sequence, problem }) => [ref.kind, sequence, problem]);

describe('a run of reconciliation finds (rule AUDIT-4)', () => {
  test('nothing in trails that are whole, of whatever they are', async () => {
    expect(await run()).toEqual({ broken: [], oldest: '2026-01-05T00:00:00.000Z', after: null });
  });

  const damages: readonly [string, (trail: AuditEntry[]) => AuditEntry[], number, RegExp][] = [
    ['the first row removed', removed(1), 1, /missing/],
    ['a row in the middle removed', removed(14), 14, /missing/],
    ['the row before the newest removed', removed(length - 1), length - 1, /missing/],
    ['a value altered', altered(14, { after: { owner: 'mallory' } }), 14, /does not match its digest/],
    ['an actor altered in the first', altered(1, { actor: 'mallory' }), 1, /does not match its digest/],
    ['a digest altered', altered(14, { digest: 'ab'.repeat(32) }), 14, /does not match its digest/],
    ['the digest of the row before altered', altered(14, { previousDigest: 'ab'.repeat(32) }), 14, /does not follow/],
    ['the first one with a row before it', altered(1, { previousDigest: 'ab'.repeat(32) }), 1, /does not follow/],
    [
      'a row written anew with its digest',
      (trail) => trail.map((one) => (one.sequence === 14 ? chainEntry({ ...one, actor: 'mallory' }) : one)),
      14,
      /digest|follow/,
    ],
  ];
  describe.each([account, key, service])('in the trail of a $kind', (ref) => {
    test.each(damages)('%s', async (_, edit, sequence, problem) => {
      change(ref, edit);
      expect(inShort(await run())).toEqual([[ref.kind, sequence, expect.stringMatching(problem)]]);
    });
  });

  test('the newest row of a key removed, which its row names', async () => {
    change(key, removed(length));
    expect(inShort(await run())).toEqual([['key', length, expect.stringMatching(/missing/)]]);
  });

  test('where the trail of a record ends, of which the sweep has found that it does not fit', async () => {
    change(account, removed(length));
    const problems = [{ check: 'trail', problem: 'it does not fit', outcome: 'unfixed' }] as const;
    const sample = {
      ref: account,
      finding: 'match',
      problems,
      outcome: 'unfixed',
      height: 1,
      through: 1,
      conflict: null,
    } as const;
    expect(inShort(await run({}, undefined, [sample]))).toEqual([
      ['account', length, expect.stringMatching(/missing/)],
    ]);
    expect(inShort(await run())).toEqual([['account', length, expect.stringMatching(/missing/)]]);
  });
});

describe('in the course of runs (rule AUDIT-4)', () => {
  test('a part of all entries in each, from where the one before has ended, and then from the beginning', async () => {
    const all = 3 * length;
    const places: unknown[] = [];
    for (let at = 0; at < 5; at += 1) places.push((await run({}, { entries: all / 3, milliseconds: 60_000 }))?.after);
    expect(places).toEqual([
      expect.objectContaining({ sequence: 10 }),
      expect.objectContaining({ sequence: 20 }),
      expect.objectContaining({ sequence: 30 }),
      null,
      expect.objectContaining({ sequence: 10 }),
    ]);
  });

  test('a break is found when its turn comes, is kept while it is so, and goes when the row is back', async () => {
    const whole = store.tables.audit.get(refKey(service)) ?? [];
    change(service, removed(25));
    const budget = { entries: 30, milliseconds: 60_000 };
    expect(inShort(await run({}, budget))).toEqual([]);
    expect(inShort(await run({}, budget))).toEqual([]);
    const found = await run({}, budget);
    const since = new Date(now).toISOString();
    expect(found?.broken).toEqual([{ ref: service, sequence: 25, problem: 'the entry is missing', since }]);
    for (let at = 0; at < 6; at += 1) expect((await run({}, budget))?.broken).toEqual(found?.broken);
    change(service, () => [...whole]);
    expect((await run({}, budget))?.broken).toEqual([]);
  });

  test('the beginning is looked for once, behind gaps of two weeks', async () => {
    now += 13 * 24 * hourMs;
    expect((await run())?.oldest).toBe('2026-01-05T00:00:00.000Z');
    const first = calls.filter((name) => name === 'audit.between').length;
    calls = [];
    await run();
    expect(calls.filter((name) => name === 'audit.between')).toHaveLength(1);
    expect(first).toBeGreaterThan(15);
  });

  test('an entry that is written between the readings is no break', async () => {
    let writes = 0;
    onEntries = () => {
      if (writes === 2) return;
      writes += 1;
      plant(key, length + writes);
    };
    expect(inShort(await run())).toEqual([]);
    expect(writes).toBe(2);
  });

  test('a dry run and a run of some records check no trails, and the next whole run goes on', async () => {
    const budget = { entries: 30, milliseconds: 60_000 };
    await run({}, budget);
    expect(await run({ dryRun: true })).toBeUndefined();
    expect(await run({ scope: { of: 'kind', kind: 'account' } })).toBeUndefined();
    expect((await run({}, budget))?.after).toMatchObject({ sequence: 20 });
  });
});
