import { describe, expect, test } from '@jest/globals';
import { LOGIC_VERSION } from '../../../lib/domain/progress.ts';
import { blockAt, cacheEntryOf, comparedWith, entryOf, recordOf } from '../samples.ts';
import { onBoth } from '../subjects.ts';

onBoth((create) => {
  const fresh = async () => (await create()).store;

  describe('keeps records', () => {
    test('that come back exactly as they were saved', async () => {
      const { records } = await fresh();
      const value = {
        motes: '18446744073709551616000000000000',
        small: 0.1,
        large: Number.MAX_SAFE_INTEGER,
        none: null,
        empty: '',
        list: [],
        nested: { '': { 'a.b#c:d': [[], {}, [false, 'é ✓ 𝒳 \u0000 \ud800']] } },
      };
      const record = recordOf({
        value,
        probedValidators: ['', '01ab', 'ü'],
        readSet: [],
        bases: [
          { name: 'era', height: 0, definition: 'd' },
          { name: 'liquid:1', height: 3, definition: 'd', joined: { rate: ['1', null] } },
        ],
        validUntil: '2026-01-03T00:00:00.000Z',
        owner: 'account-hash-1',
        changedAt: 0,
        changes: {
          value: { since: 0, before: [{ height: 3, timestamp: '2026-01-02T00:00:00.000Z' }] },
          joined: { since: 2, before: [] },
        },
        tooLarge: true,
        conflict: { id: 'c1', state: 'kept', chainDigest: 'd' },
      });
      expect(await records.save(record, undefined, entryOf(record))).toEqual({ won: true });
      expect(await records.get(record.ref)).toStrictEqual(record);
    });

    test('of absence, without owner or basis, as they were saved', async () => {
      const { records } = await fresh();
      const record = recordOf({ value: null, bases: [], id: 'a:b#c' });
      await records.save(record, undefined, entryOf(record));
      expect(await records.get(record.ref)).toStrictEqual(record);
      expect(await records.get({ kind: 'asset', id: 'other' })).toBeUndefined();
    });

    test('and of a block with further members, the three that name it', async () => {
      const { records, cache, audit, progress } = await fresh();
      const pinned = { ...blockAt(10), eraId: 3, proposer: '00' };
      const record = recordOf();
      const entry = entryOf(record);
      await records.save({ ...record, block: pinned }, undefined, { ...entry, block: pinned });
      await cache.put({ ...cacheEntryOf(), block: pinned }, 1);
      const head = { ...blockAt(10), seenAt: '2026-01-01T00:00:00.000Z' };
      await progress.seeHead({ ...pinned, ...head }, 'casper');
      const walked = { validators: ['01'], newest: blockAt(10), oldest: 10, next: null };
      await progress.growDirectory({ ...walked, newest: pinned });
      expect(await records.get(record.ref)).toStrictEqual(record);
      expect(await audit.history(record.ref, { limit: 1 })).toStrictEqual([entry]);
      expect(await cache.get(record.ref)).toStrictEqual(cacheEntryOf());
      expect((await progress.read()).head).toStrictEqual(head);
      expect(await progress.directory()).toStrictEqual(walked);
    });

    test('of which the first wins, and the next gets the first (rule SAVE-3)', async () => {
      const { records, audit } = await fresh();
      const first = recordOf();
      const second = recordOf({ height: 11, value: { owner: 'bob' }, auditHead: 'other' });
      await records.save(first, undefined, entryOf(first));
      expect(await records.save(second, undefined, entryOf(second))).toStrictEqual({ won: false, winner: first });
      expect(await records.get(first.ref)).toStrictEqual(first);
      expect(await audit.history(first.ref, { limit: 10 })).toStrictEqual([entryOf(first)]);
    });

    test('whose date of tracking is renewed, and nothing else of them (rule TRACK-2)', async () => {
      const { records, audit } = await fresh();
      const record = recordOf({ owner: 'alice' });
      await records.save(record, undefined, entryOf(record));
      const later = { ...record, trackedUntil: '2026-03-01T00:00:00.000Z' };
      const read = { ...record, value: null, owner: null, bases: [], checkedAt: '2025-01-01T00:00:00.000Z' };
      expect(await records.renew(read, later.trackedUntil)).toStrictEqual(later);
      expect(await records.get(record.ref)).toStrictEqual(later);
      expect(await audit.history(record.ref, { limit: 10 })).toHaveLength(1);
      // Again, as when the answer to the first write was lost.
      expect(await records.renew(read, later.trackedUntil)).toStrictEqual(later);
    });

    test.each<readonly [string, Partial<Parameters<typeof recordOf>[0]>]>([
      ['of an earlier block', { height: 9 }],
      ['of another hash', { hash: 'other' }],
      ['of another sequence', { sequence: 2 }],
      ['with other keys', { readSet: ['uref-1'] }],
      ['with an earlier date', { trackedUntil: '2026-01-15T00:00:00.000Z' }],
    ])('whose date stays when a record %s was read (rule TRACK-2)', async (_what, parts) => {
      const { records } = await fresh();
      const record = recordOf();
      await records.save(record, undefined, entryOf(record));
      expect(await records.renew(recordOf(parts), '2026-03-01T00:00:00.000Z')).toBeUndefined();
      expect(await records.get(record.ref)).toStrictEqual(record);
    });

    test('whose date stays under a higher logic version, and which are not made by a renewal', async () => {
      const { records } = await fresh();
      const record = recordOf({ logicVersion: LOGIC_VERSION + 1 });
      await records.save(record, undefined, entryOf(record));
      expect(await records.renew(record, '2026-03-01T00:00:00.000Z')).toBeUndefined();
      expect(await records.get(record.ref)).toStrictEqual(record);
      expect(await records.renew(recordOf({ id: 'other' }), '2026-03-01T00:00:00.000Z')).toBeUndefined();
      expect(await records.get({ kind: 'asset', id: 'other' })).toBeUndefined();
    });

    test('and replaces one when block and sequence are those compared with (rule SAVE-3)', async () => {
      const { records, audit } = await fresh();
      const first = recordOf({ owner: 'alice', validUntil: '2026-01-03T00:00:00.000Z' });
      const next = recordOf({ height: 12, sequence: 2, auditHead: 'audit-2', value: { owner: 'bob' } });
      await records.save(first, undefined, entryOf(first));
      expect(await records.save(next, comparedWith(first), entryOf(next))).toEqual({ won: true });
      expect(await records.get(first.ref)).toStrictEqual(next);
      expect(await audit.history(first.ref, { limit: 10 })).toStrictEqual([entryOf(next), entryOf(first)]);
    });

    test('and moves block and read set of one without an audit entry', async () => {
      const { records, audit } = await fresh();
      const first = recordOf();
      const moved = recordOf({ height: 12, readSet: ['uref-9'] });
      await records.save(first, undefined, entryOf(first));
      expect(await records.save(moved, comparedWith(first), undefined)).toEqual({ won: true });
      expect(await records.get(first.ref)).toStrictEqual(moved);
      expect(await audit.history(first.ref, { limit: 10 })).toHaveLength(1);
    });

    test('and replaces one at equal height', async () => {
      const { records } = await fresh();
      const first = recordOf();
      const again = recordOf({ definition: 'definition-2', readSet: ['uref-1', 'uref-3'] });
      await records.save(first, undefined, undefined);
      expect(await records.save(again, comparedWith(first), undefined)).toEqual({ won: true });
      expect(await records.get(first.ref)).toStrictEqual(again);
    });

    test.each([
      ['another height', { height: 9, hash: 'hash-10', sequence: 1 }],
      ['another hash', { height: 10, hash: 'hash-9', sequence: 1 }],
      ['another sequence', { height: 10, hash: 'hash-10', sequence: 2 }],
    ])('and refuses one compared with %s, with or without an entry', async (_, compared) => {
      const { records, audit } = await fresh();
      const first = recordOf();
      const next = recordOf({ height: 12, sequence: 2, auditHead: 'audit-2' });
      await records.save(first, undefined, entryOf(first));
      expect(await records.save(next, compared, undefined)).toStrictEqual({ won: false, winner: first });
      expect(await records.save(next, compared, entryOf(next))).toStrictEqual({ won: false, winner: first });
      expect(await records.get(first.ref)).toStrictEqual(first);
      expect(await audit.history(first.ref, { limit: 10 })).toHaveLength(1);
    });

    test('and refuses one of an older block, even compared rightly', async () => {
      const { records } = await fresh();
      const first = recordOf();
      const older = recordOf({ height: 9, sequence: 2, auditHead: 'audit-2' });
      await records.save(first, undefined, entryOf(first));
      expect(await records.save(older, comparedWith(first), undefined)).toStrictEqual({ won: false, winner: first });
      expect(await records.save(older, comparedWith(first), entryOf(older))).toStrictEqual({
        won: false,
        winner: first,
      });
    });

    test('and corrects one on its sequence alone, also to an older block (rule SAVE-8)', async () => {
      const { records } = await fresh();
      const first = recordOf({ height: 100 });
      const corrected = recordOf({ height: 9, sequence: 2, auditHead: 'audit-2', fork: 1 });
      const compared = { height: 1, hash: 'any', sequence: 1, sequenceAlone: true };
      await records.save(first, undefined, entryOf(first));
      expect(await records.save(corrected, compared, entryOf(corrected))).toEqual({ won: true });
      expect(await records.get(first.ref)).toStrictEqual(corrected);
      expect(await records.save(first, compared, undefined)).toStrictEqual({ won: false, winner: corrected });
    });

    test('and lets a lower logic version save nothing over a higher one (rule ITEM-5)', async () => {
      const { records } = await fresh();
      const newer = recordOf({ logicVersion: 2 });
      const older = recordOf({ logicVersion: 1, height: 11 });
      await records.save(newer, undefined, entryOf(newer));
      expect(await records.save(older, comparedWith(newer), undefined)).toStrictEqual({ won: false, winner: newer });
      const alone = { ...comparedWith(newer), sequenceAlone: true };
      expect(await records.save(older, alone, undefined)).toStrictEqual({ won: false, winner: newer });
    });

    test('and refuses a comparison with one that is not there', async () => {
      const { records, audit } = await fresh();
      const record = recordOf();
      const lost = { won: false, winner: undefined };
      expect(await records.save(record, comparedWith(record), undefined)).toEqual(lost);
      expect(await records.save(record, comparedWith(record), entryOf(record))).toEqual(lost);
      expect(await records.get(record.ref)).toBeUndefined();
      expect(await audit.history(record.ref, { limit: 10 })).toEqual([]);
    });

    test('and calls an audit entry without its record a defect, and saves nothing (rule ITEM-3)', async () => {
      const { records } = await fresh();
      const first = recordOf();
      await records.save(first, undefined, entryOf(first));
      const again = recordOf({ height: 11 });
      await expect(records.save(again, comparedWith(first), entryOf(again))).rejects.toThrow(
        'the audit trail of asset#a has an entry 1 that its record does not know',
      );
      expect(await records.get(first.ref)).toStrictEqual(first);
    });

    test('and lets one of many racing writers win, and gives its record to all others (rule SAVE-3)', async () => {
      const { records, audit } = await fresh();
      const first = recordOf();
      await records.save(first, undefined, entryOf(first));
      const rivals = Array.from({ length: 20 }, (_, at) =>
        recordOf({ height: 11 + (at % 3), sequence: 2, auditHead: `rival-${at}`, value: { at } }),
      );
      const outcomes = await Promise.all(
        rivals.map((rival) => records.save(rival, comparedWith(first), entryOf(rival))),
      );
      const winner = await records.get(first.ref);
      expect(outcomes.filter(({ won }) => won)).toHaveLength(1);
      expect(outcomes.filter(({ won }) => !won)).toEqual(Array.from({ length: 19 }, () => ({ won: false, winner })));
      expect(winner).toStrictEqual(rivals[outcomes.findIndex(({ won }) => won)]);
      expect(await audit.history(first.ref, { limit: 1 })).toMatchObject([{ sequence: 2, digest: winner?.auditHead }]);
    });
  });

  describe('reads many records', () => {
    test('in the order asked for, more than a batch of them, with gaps and repeats', async () => {
      const { records } = await fresh();
      const saved = Array.from({ length: 130 }, (_, at) => recordOf({ id: `id-${at}`, value: { at } }));
      await Promise.all(saved.map((record) => records.save(record, undefined, undefined)));
      const missing = { kind: 'asset', id: 'missing' };
      const refs = [...saved.map(({ ref }) => ref).reverse(), missing, { kind: 'asset', id: 'id-7' }];
      expect(await records.getMany(refs)).toStrictEqual([...saved.toReversed(), undefined, saved[7]]);
    });

    test('none when none are asked for', async () => {
      const { records } = await fresh();
      expect(await records.getMany([])).toEqual([]);
    });
  });

  describe('keeps cache entries (rule SAVE-4)', () => {
    test('that come back exactly', async () => {
      const { cache } = await fresh();
      const entry = cacheEntryOf({ value: { text: '', n: '9'.repeat(40), list: [null, { é: [] }] }, tooLarge: true });
      const marked = cacheEntryOf({ id: 'm', conflict: { id: 'c1', state: 'open', chainDigest: 'd' } });
      const absence = cacheEntryOf({ id: 'b', value: null, sequence: 0, trackedUntil: null, bases: [] });
      await cache.put(entry, 1);
      await cache.put(absence, 1);
      await cache.put(marked, 1);
      expect(await cache.get(marked.ref)).toStrictEqual(marked);
      expect(await cache.get(entry.ref)).toStrictEqual(entry);
      expect(await cache.get(absence.ref)).toStrictEqual(absence);
      expect(await cache.get({ kind: 'asset', id: 'c' })).toBeUndefined();
    });

    test.each([
      ['a higher sequence, though of an older block', { sequence: 2, height: 9 }, true],
      ['the same sequence at a higher block', { sequence: 1, height: 11 }, true],
      ['the same sequence at the same block', { sequence: 1, height: 10 }, true],
      ['the same sequence at an older block', { sequence: 1, height: 9 }, false],
      ['a lower sequence, though of a higher block', { sequence: 0, height: 99 }, false],
    ])('and judges %s', async (_, parts, kept) => {
      const { cache } = await fresh();
      const first = cacheEntryOf();
      const next = cacheEntryOf({ ...parts, value: { next: true } });
      await cache.put(first, 1_000);
      await cache.put(next, 1_000);
      expect(await cache.get(first.ref)).toStrictEqual(kept ? next : first);
    });

    const mark = { id: 'c1', state: 'open', chainDigest: 'd' } as const;

    test.each([
      ['one of before the mark at the same block', { conflict: null }, false],
      ['another mark at the same block', { conflict: { ...mark, state: 'kept' as const } }, true],
      ['what was read at a higher block', { conflict: null, height: 11 }, true],
      ['a correction, though of an older block', { conflict: null, height: 9, sequence: 2 }, true],
    ])('in dispute, and judges %s', async (_, parts, kept) => {
      const { cache } = await fresh();
      const disputed = cacheEntryOf({ conflict: mark });
      const next = cacheEntryOf({ ...parts, value: { next: true } });
      await cache.put(cacheEntryOf(), 1_000);
      await cache.put(disputed, 1_000);
      await cache.put(next, 1_000);
      expect(await cache.get(disputed.ref)).toStrictEqual(kept ? next : disputed);
    });

    test('of absence without a record, which later absence and any record replace, but older absence does not', async () => {
      const { cache } = await fresh();
      const absent = (height: number) => cacheEntryOf({ value: null, sequence: 0, height, trackedUntil: null });
      await cache.put(absent(10), 1);
      await cache.put(absent(9), 1);
      expect((await cache.get(absent(0).ref))?.block.height).toBe(10);
      await cache.put(absent(11), 1);
      expect((await cache.get(absent(0).ref))?.block.height).toBe(11);
      await cache.put(cacheEntryOf({ height: 5, sequence: 1 }), 1);
      await cache.put(absent(12), 1);
      expect(await cache.get(absent(0).ref)).toStrictEqual(cacheEntryOf({ height: 5, sequence: 1 }));
    });
  });
});
