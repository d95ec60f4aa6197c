import { describe, expect, test } from '@jest/globals';
import type { Store } from '../../../lib/store/store.ts';
import { comparedWith, conflictOf, entryOf, recordOf, resolvedOf } from '../samples.ts';
import { onBoth } from '../subjects.ts';

const mark = { id: 'c1', state: 'open', chainDigest: 'd' } as const;

onBoth((create) => {
  const fresh = async () => (await create()).store;
  /** By revision: several are of one moment. */
  const eventsIn = async ({ outbox }: Store) =>
    (await outbox.unpublished('2100', 99))
      .map(({ id, type, at, detail }) => ({ id, type, at, detail }))
      .toSorted((a, b) => revisionIn(a.id) - revisionIn(b.id));
  const revisionIn = (id: string): number => Number(id.slice(id.lastIndexOf('#') + 1));

  describe('keeps conflicts', () => {
    test('that come back exactly as they were put', async () => {
      const { conflicts } = await fresh();
      const open = conflictOf({
        ref: { kind: 'asset', id: 'a:b#c' },
        fields: [
          { field: 'owner', database: null, chain: '18446744073709551616', resolution: 'review' },
          { field: 'metadata', database: { '': ['é \ud800'] }, chain: [], resolution: 'chain-wins' },
        ],
        openedBy: 'key:ada',
        editedBy: ['key:ben', 'key:eve'],
        owner: 'operations',
        deadline: '2026-01-04T00:00:00.000Z',
      });
      expect(await conflicts.get(open.id)).toBeUndefined();
      expect(await conflicts.change(open)).toBe(true);
      expect(await conflicts.get(open.id)).toStrictEqual(open);
      const resolved = { ...resolvedOf(open), owner: null, deadline: null, evidence: [] };
      expect(await conflicts.change(resolved)).toBe(true);
      expect(await conflicts.get(open.id)).toStrictEqual(resolved);
    });

    test('each change of which names the one before', async () => {
      const { conflicts } = await fresh();
      const open = conflictOf();
      expect(await conflicts.change({ ...open, revision: 2 })).toBe(false);
      expect(await conflicts.change(open)).toBe(true);
      expect(await conflicts.change(open)).toBe(false);
      expect(await conflicts.change({ ...open, revision: 3 })).toBe(false);
      const rivals = Array.from({ length: 8 }, (_, at) =>
        conflicts.change({ ...open, revision: 2, owner: `owner-${at}`, status: at % 2 ? 'open' : 'awaiting-review' }),
      );
      const kept = (await Promise.all(rivals)).indexOf(true);
      expect((await Promise.all(rivals)).filter(Boolean)).toHaveLength(1);
      expect(await conflicts.get(open.id)).toMatchObject({ revision: 2, owner: `owner-${kept}` });
    });

    test('with an entry of their own trail, both or neither (rule ITEM-3)', async () => {
      const { conflicts, records, audit } = await fresh();
      const ref = { kind: 'conflict', id: 'c1' };
      const entry = (note: string) =>
        audit.following({
          ref,
          cause: 'review',
          actor: 'ada',
          before: null,
          after: { note },
          block: null,
          timestamp: '2026-01-01T00:00:00.000Z',
        });
      const open = conflictOf();
      expect(await conflicts.change(open, await entry('one'))).toBe(true);
      const [taken, late] = [await entry('two'), await entry('three')];
      expect(await conflicts.change({ ...open, revision: 3 }, taken)).toBe(false);
      expect(await conflicts.change({ ...open, revision: 2 }, taken)).toBe(true);
      expect(await conflicts.change({ ...open, revision: 3 }, late)).toBe(false);

      const record = recordOf();
      expect(await records.save(record, undefined, entryOf(record), { ...open, revision: 3 }, late)).toMatchObject({
        won: false,
      });
      expect(await records.get(record.ref)).toBeUndefined();
      const next = await entry('four');
      expect(await records.save(record, undefined, entryOf(record), { ...open, revision: 3 }, next)).toEqual({
        won: true,
      });
      expect((await audit.history(ref, { limit: 9 })).map(({ after }) => after)).toEqual([
        { note: 'four' },
        { note: 'two' },
        { note: 'one' },
      ]);
      expect(await conflicts.get(open.id)).toMatchObject({ revision: 3 });
    });

    test('and writes an event for each revision, once (rule CONFLICT-5)', async () => {
      const store = await fresh();
      const open = conflictOf({ evidence: [] });
      await store.conflicts.change(open);
      await store.conflicts.change(open);
      await store.conflicts.change({ ...open, status: 'awaiting-review', revision: 2 });
      const detail = {
        id: 'c1',
        ref: open.ref,
        class: 'value',
        fields: ['owner'],
        accounts: [],
        block: open.block,
        decision: null,
      };
      const opened = { id: 'ConflictOpened#c1#1', type: 'ConflictOpened', at: open.openedAt, detail };
      const awaits = { id: 'ConflictAwaitsReview#c1#2', type: 'ConflictAwaitsReview', at: open.openedAt, detail };
      expect(await eventsIn(store)).toStrictEqual([opened, awaits]);
      await store.conflicts.change(resolvedOf({ ...open, revision: 2 }));
      expect(await eventsIn(store)).toStrictEqual([
        opened,
        awaits,
        {
          id: 'ConflictResolved#c1#3',
          type: 'ConflictResolved',
          at: '2026-01-01T00:05:00.000Z',
          detail: { ...detail, decision: 'chain' },
        },
      ]);
    });
  });

  describe('lists conflicts', () => {
    const openedAt = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;
    const some = async () => {
      const store = await fresh();
      for (const minute of [3, 1, 5, 2, 4]) {
        await store.conflicts.change(conflictOf({ id: `c${minute}`, openedAt: openedAt(minute) }));
      }
      await store.conflicts.change(conflictOf({ id: 'r', status: 'awaiting-review' }));
      return store;
    };
    const page = async ({ conflicts }: Store, after?: string, limit = 2) => {
      const { conflicts: found, more } = await conflicts.byStatus('open', { limit, ...(after && { after }) });
      return [found.map(({ id }) => id), more];
    };

    test('of one status, newest first, page by page', async () => {
      const store = await some();
      expect(await page(store)).toEqual([['c5', 'c4'], true]);
      expect(await page(store, 'c4')).toEqual([['c3', 'c2'], true]);
      expect(await page(store, 'c2')).toEqual([['c1'], false]);
      expect(await page(store, 'c1')).toEqual([[], false]);
      expect(await page(store, undefined, 5)).toEqual([['c5', 'c4', 'c3', 'c2', 'c1'], false]);
      expect(await page(store, 'never')).toEqual([[], false]);
      const [first] = (await store.conflicts.byStatus('awaiting-review', { limit: 9 })).conflicts;
      expect(first).toStrictEqual(conflictOf({ id: 'r', status: 'awaiting-review' }));
    });

    test('without those whose status has changed, behind which a page may still go on', async () => {
      const store = await some();
      await store.conflicts.change(resolvedOf(conflictOf({ id: 'c4', openedAt: openedAt(4) })));
      expect(await page(store)).toEqual([['c5', 'c3'], true]);
      expect(await page(store, 'c4')).toEqual([['c3', 'c2'], true]);
      expect((await store.conflicts.byStatus('resolved', { limit: 9 })).conflicts).toMatchObject([{ id: 'c4' }]);
    });

    test('opened at one moment, none lost and none twice', async () => {
      const store = await fresh();
      const ids = Array.from({ length: 7 }, (_, at) => `c${at}`);
      for (const id of ids) await store.conflicts.change(conflictOf({ id }));
      const found: unknown[] = [];
      for (let after: string | undefined, more: unknown = true; more; after = String(found.at(-1))) {
        const [some, further] = await page(store, after, 3);
        found.push(...(some as string[]));
        more = further;
      }
      expect(found.toSorted()).toEqual(ids);
    });

    test('and counts them', async () => {
      const store = await some();
      await store.conflicts.change(resolvedOf(conflictOf({ id: 'c4', openedAt: openedAt(4) })));
      const { conflicts } = store;
      const counts = [conflicts.count('open'), conflicts.count('awaiting-review'), conflicts.count('resolved')];
      expect(await Promise.all(counts)).toEqual([4, 1, 1]);
    });
  });

  describe('changes a record and its conflict together (rule CONFLICT-3)', () => {
    test('when it is opened: the record is marked, without an entry', async () => {
      const store = await fresh();
      const record = recordOf();
      await store.records.save(record, undefined, undefined);
      const marked = { ...record, conflict: mark };
      expect(await store.records.save(marked, comparedWith(record), undefined, conflictOf())).toEqual({ won: true });
      expect(await store.records.get(record.ref)).toStrictEqual(marked);
      expect(await store.conflicts.get('c1')).toStrictEqual(conflictOf());
      expect(await store.audit.history(record.ref, { limit: 9 })).toEqual([]);
      expect((await eventsIn(store)).map(({ id }) => id)).toEqual(['ConflictOpened#c1#1']);
    });

    test('when it is resolved: record, entry, conflict and both events', async () => {
      const store = await fresh();
      const marked = recordOf({ conflict: mark });
      await store.records.save(marked, undefined, entryOf(marked), conflictOf());
      const corrected = recordOf({ height: 12, sequence: 2, auditHead: 'audit-2', value: { owner: 'bob' } });
      const entry = entryOf(corrected, { cause: 'resolution', before: { owner: 'alice' } });
      const resolved = resolvedOf(conflictOf());
      const compared = { ...comparedWith(marked), sequenceAlone: true };
      expect(await store.records.save(corrected, compared, entry, resolved)).toEqual({ won: true });
      expect(await store.records.get(marked.ref)).toStrictEqual(corrected);
      expect(await store.conflicts.get('c1')).toStrictEqual(resolved);
      expect(await store.audit.history(marked.ref, { limit: 1 })).toStrictEqual([entry]);
      expect((await eventsIn(store)).map(({ id }) => id).sort()).toEqual([
        'ConflictOpened#c1#1',
        'ConflictResolved#c1#2',
        'RecordChanged#asset#a#1',
        'RecordChanged#asset#a#2',
      ]);
    });

    test.each([
      ['the conflict', comparedWith(recordOf()), 3],
      ['the record', { ...comparedWith(recordOf()), sequence: 7 }, 2],
      ['both', { ...comparedWith(recordOf()), sequence: 7 }, 3],
    ])('or neither, when %s has changed meanwhile', async (_, compared, revision) => {
      const store = await fresh();
      const marked = recordOf({ conflict: mark });
      await store.records.save(marked, undefined, entryOf(marked), conflictOf());
      const before = await eventsIn(store);
      const corrected = recordOf({ height: 12, sequence: 2, auditHead: 'audit-2' });
      const resolved = { ...resolvedOf(conflictOf()), revision };
      const outcome = await store.records.save(corrected, compared, entryOf(corrected), resolved);
      expect(outcome).toStrictEqual({ won: false, winner: marked });
      expect(await store.records.get(marked.ref)).toStrictEqual(marked);
      expect(await store.conflicts.get('c1')).toStrictEqual(conflictOf());
      expect(await store.audit.history(marked.ref, { limit: 9 })).toHaveLength(1);
      expect(await eventsIn(store)).toEqual(before);
    });

    test('and no save that knew of no mark, or of another one, takes it off', async () => {
      const store = await fresh();
      const marked = recordOf({ conflict: mark });
      await store.records.save(marked, undefined, undefined, conflictOf());
      const renewed = recordOf({ trackedUntil: '2026-03-01T00:00:00.000Z' });
      const asRead = comparedWith(renewed);
      const lost = { won: false, winner: marked };
      expect(await store.records.save(renewed, { ...asRead, conflict: null }, undefined)).toStrictEqual(lost);
      const kept = { ...mark, state: 'kept' as const };
      const alone = { ...asRead, conflict: kept, sequenceAlone: true };
      expect(await store.records.save(renewed, alone, undefined)).toStrictEqual(lost);
      const { chainDigest, state, id } = mark;
      const same = { ...asRead, conflict: { chainDigest, state, id } };
      expect(await store.records.save(renewed, same, undefined)).toEqual({ won: true });
      expect(await store.records.save(renewed, { ...asRead, conflict: null }, undefined)).toEqual({ won: true });
      expect(await store.records.save(renewed, same, undefined)).toStrictEqual({ won: false, winner: renewed });
    });

    test('of which one of many that open it wins, and the others see its mark', async () => {
      const store = await fresh();
      const record = recordOf();
      await store.records.save(record, undefined, undefined);
      const marked = { ...record, conflict: mark };
      const openers = Array.from({ length: 8 }, () =>
        store.records.save(marked, comparedWith(record), undefined, conflictOf()),
      );
      const outcomes = await Promise.all(openers);
      expect(outcomes.filter(({ won }) => won)).toHaveLength(1);
      expect(outcomes.filter(({ won }) => !won)).toEqual(
        Array.from({ length: 7 }, () => ({ won: false, winner: marked })),
      );
    });
  });
});
