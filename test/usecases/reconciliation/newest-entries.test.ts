import { beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../lib/domain/digest.ts';
import type { AuditEntry, EntityRecord } from '../../../lib/domain/record.ts';
import { checkStored } from '../../../lib/usecases/reconciliation/store-checks.ts';
import { recordOf } from '../../store/samples.ts';
import { createMemoryStore } from '../../support/memory-store.ts';
import { plantedTrail } from '../../support/planted-trail.ts';

const ref = { kind: 'account', id: 'account-hash-a' };
const trailKey = 'account#account-hash-a';
const length = 6;
let store: ReturnType<typeof createMemoryStore>;
let asked: number[];

beforeEach(() => {
  asked = [];
  store = createMemoryStore({
    onCall: (name, [given]) => {
      if (name === 'audit.entries') asked.push((given as readonly unknown[]).length);
    },
  });
  plant(length);
});

function plant(entries: number): void {
  const trail = plantedTrail(ref, entries, () => '2026-01-01T00:00:00.000Z');
  store.tables.audit.set(trailKey, trail);
  const record = recordOf({ ...ref, sequence: entries, auditHead: trail.at(-1)?.digest ?? '' });
  store.tables.records.set(trailKey, { ...record, digest: digestOf(record.value) });
}

const recordNow = () => store.tables.records.get(trailKey) as EntityRecord;
const change = (edit: (trail: AuditEntry[]) => AuditEntry[]) =>
  store.tables.audit.set(trailKey, edit(store.tables.audit.get(trailKey) ?? []));
const altered = (sequence: number, parts: Partial<AuditEntry>) => (trail: AuditEntry[]) =>
  trail.map((entry) => (entry.sequence === sequence ? { ...entry, ...parts } : entry));

async function trailOf(record = recordNow()): Promise<string | undefined> {
  const clock = { now: () => 0, steady: () => 0 };
  const [checks] = await checkStored([record], { ...store, clock, definitions: new Map() });
  return checks?.trail;
}

describe('the comparison of a record looks at the newest entries of its trail (rule AUDIT-4)', () => {
  test('in one request, of as many entries as there may be', async () => {
    expect(await trailOf()).toBeUndefined();
    expect(asked).toEqual([4]);
    plant(1);
    asked = [];
    expect(await trailOf()).toBeUndefined();
    expect(asked).toEqual([2]);
  });

  test.each([
    [length, /entry 6 of the trail: the entry is missing, though the record counts it/],
    [length - 1, /entry 5 of the trail: the entry is missing/],
    [length - 2, /entry 4 of the trail: the entry is missing/],
  ])('and misses entry %d', async (sequence, problem) => {
    change((trail) => trail.filter((entry) => entry.sequence !== sequence));
    expect(await trailOf()).toMatch(problem);
  });

  test.each<[string, Partial<AuditEntry>, RegExp]>([
    ['value', { after: { owner: 'mallory' } }, /does not match its digest/],
    ['digest', { digest: 'ab'.repeat(32) }, /digest|follow/],
    ['digest of the one before', { previousDigest: 'ab'.repeat(32) }, /does not follow/],
  ])('and sees another %s in each of them', async (_, parts, problem) => {
    for (const sequence of [length, length - 1, length - 2]) {
      plant(length);
      change(altered(sequence, parts));
      expect(await trailOf()).toMatch(problem);
    }
  });

  test('and sees that the record was set back to an earlier state', async () => {
    const before = recordNow();
    plant(length + 1);
    store.tables.records.set(trailKey, before);
    expect(await trailOf()).toMatch(/entry 7 of the trail: it is not the newest entry that its record names/);
  });

  test('a save after the record was read is no break', async () => {
    const before = recordNow();
    plant(length + 1);
    expect(await trailOf(before)).toBeUndefined();
  });
});
