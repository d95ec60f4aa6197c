import { beforeEach, describe, expect, test } from '@jest/globals';
import { chainEntry } from '../../../lib/domain/audit-chain.ts';
import { digestOf } from '../../../lib/domain/digest.ts';
import type { AuditEntry } from '../../../lib/domain/record.ts';
import { historyProblems } from '../../../lib/usecases/audit/history-problems.ts';
import { blockAt, recordOf } from '../../store/samples.ts';
import { createMemoryStore } from '../../support/memory-store.ts';
import { plantedTrail } from '../../support/planted-trail.ts';

const ref = { kind: 'asset', id: 'a' };
const key = 'asset#a';
const { audit, records, localData, keys, webhooks, tables } = createMemoryStore();

beforeEach(() => {
  const trail = plantedTrail(ref, 6, (sequence) => `2026-01-0${sequence}T00:00:00.000Z`, blockAt);
  tables.audit.set(key, trail);
  tables.records.set(
    key,
    recordOf({ digest: digestOf({ owner: 'alice' }), ...ref, sequence: 6, auditHead: trail.at(-1)?.digest ?? '' }),
  );
});

const change = (edit: (trail: AuditEntry[]) => AuditEntry[]) =>
  tables.audit.set(key, edit(tables.audit.get(key) ?? []));

/** The problems of each page of the history, newest first. */
async function pages(limit: number) {
  const found = [];
  let before: number | undefined;
  do {
    const entries = await audit.history(ref, { limit, ...(before !== undefined && { before }) });
    found.push(
      await historyProblems(ref, entries, before === undefined, { audit, records, localData, keys, webhooks }),
    );
    before = entries.at(-1)?.sequence;
    if (entries.length < limit) return found;
  } while (before !== undefined);
  return found;
}
const sequences = async (limit: number) => (await pages(limit)).map((page) => page.map(({ sequence }) => sequence));

describe('the history of a record names (rule ITEM-3)', () => {
  test('nothing while its trail is whole, on any page', async () => {
    expect((await pages(10)).flat()).toEqual([]);
    expect((await pages(2)).flat()).toEqual([]);
  });

  test('an entry that does not match its digest', async () => {
    change((trail) => trail.map((entry) => (entry.sequence === 4 ? { ...entry, actor: 'mallory' } : entry)));
    expect((await pages(10)).flat()).toEqual([
      { sequence: 4, problem: 'it does not match its digest: it was changed' },
    ]);
    expect((await sequences(2)).flat()).toContain(4);
  });

  test('an entry that cannot be read', async () => {
    change((trail) => trail.map((entry) => (entry.sequence === 4 ? { ...entry, unreadable: true } : entry)));
    expect((await pages(10)).flat()).toEqual([{ sequence: 4, problem: expect.stringMatching(/cannot be read/) }]);
  });

  test('a link that does not hold, also from one page to the next', async () => {
    change((trail) =>
      trail.map(({ digest, ...entry }) =>
        entry.sequence === 4 ? chainEntry({ ...entry, actor: 'mallory' }) : { ...entry, digest },
      ),
    );
    for (const limit of [10, 2]) {
      expect((await pages(limit)).flat()).toEqual([{ sequence: 5, problem: expect.stringMatching(/does not follow/) }]);
    }
  });

  test.each([1, 2, 4])('that entry %d is missing, also from one page to the next', async (sequence) => {
    change((trail) => trail.filter((entry) => entry.sequence !== sequence));
    for (const limit of [10, 2]) {
      expect((await pages(limit)).flat()).toEqual([{ sequence, problem: 'the entry is missing' }]);
    }
  });

  test('that the newest entries are missing, which the record counts', async () => {
    change((trail) => trail.slice(0, -1));
    expect((await pages(10)).flat()).toEqual([{ sequence: 6, problem: expect.stringMatching(/the record counts it/) }]);
    change((trail) => trail.slice(0, -1));
    expect(await sequences(2)).toEqual([[6, 5], [], []]);
    change(() => []);
    expect(await sequences(10)).toEqual([[6]]);
  });

  test('a newest entry that is not the one that the record names', async () => {
    change((trail) => [
      ...trail.slice(0, -1),
      ...trail.slice(-1).map(({ digest: _, ...entry }) => chainEntry({ ...entry, actor: 'mallory' })),
    ]);
    expect((await pages(2))[0]).toEqual([{ sequence: 6, problem: expect.stringMatching(/record names/) }]);
  });

  test('that its record is missing; an entity that was never stored has no problem', async () => {
    tables.records.delete(key);
    expect((await pages(10)).flat()).toEqual([{ sequence: 6, problem: 'its record is missing' }]);
    change(() => []);
    expect((await pages(10)).flat()).toEqual([]);
  });
});
