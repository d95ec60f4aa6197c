import { describe, expect, test } from '@jest/globals';
import { firstBrokenLink, type Unchained } from '../../../lib/domain/audit-chain.ts';
import type { Store } from '../../../lib/store/store.ts';
import { blockAt, comparedWith, entryOf, recordOf } from '../samples.ts';
import { allOf, onBoth } from '../subjects.ts';

onBoth((create) => {
  const fresh = async () => (await create()).store;

  describe('keeps the audit trail (rule ITEM-3)', () => {
    test('newest first, page by page, one record apart from another', async () => {
      const { records, audit } = await fresh();
      let record = recordOf();
      await records.save(record, undefined, entryOf(record));
      const neighbour = recordOf({ id: 'aa' });
      await records.save(neighbour, undefined, entryOf(neighbour));
      for (let sequence = 2; sequence <= 12; sequence++) {
        const next = recordOf({ height: 9 + sequence, sequence, auditHead: `audit-${sequence}` });
        await records.save(next, comparedWith(record), entryOf(next));
        record = next;
      }
      const page = async (before: number | undefined, limit: number) =>
        (await audit.history(record.ref, { limit, ...(before !== undefined && { before }) })).map(
          ({ sequence }) => sequence,
        );
      expect(await page(undefined, 5)).toEqual([12, 11, 10, 9, 8]);
      expect(await page(8, 5)).toEqual([7, 6, 5, 4, 3]);
      expect(await page(3, 5)).toEqual([2, 1]);
      expect(await page(1, 5)).toEqual([]);
    });

    test('with entries that come back exactly, also those too large for one page of the engine', async () => {
      const { records, audit } = await fresh();
      const entries = [];
      let before: ReturnType<typeof recordOf> | undefined;
      for (let sequence = 1; sequence <= 12; sequence++) {
        const record = recordOf({ sequence, height: sequence, auditHead: `audit-${sequence}`, value: null });
        const text = `${sequence} ✓`.repeat(20_000);
        const entry = entryOf(record, { cause: 'sync', before: sequence === 1 ? null : { text }, after: { text } });
        await records.save(record, before && comparedWith(before), entry);
        before = record;
        entries.unshift(entry);
      }
      expect(await audit.history({ kind: 'asset', id: 'a' }, { limit: 11 })).toStrictEqual(entries.slice(0, 11));
    });
  });

  describe('reads single entries', () => {
    test('in the order asked for, more than a batch of them, with gaps and repeats', async () => {
      const { records, audit } = await fresh();
      const saved = Array.from({ length: 130 }, (_, at) => recordOf({ id: `id-${at}`, value: { at } }));
      await Promise.all(saved.map((record) => records.save(record, undefined, entryOf(record))));
      const [first] = saved as [ReturnType<typeof recordOf>];
      const second = recordOf({ id: first.ref.id, height: 11, sequence: 2, auditHead: 'audit-2' });
      await records.save(second, comparedWith(first), entryOf(second));
      const asked = [
        { ref: first.ref, sequence: 2 },
        ...saved.map(({ ref }) => ({ ref, sequence: 1 })).reverse(),
        { ref: first.ref, sequence: 3 },
        { ref: { kind: 'asset', id: 'missing' }, sequence: 1 },
        { ref: first.ref, sequence: 2 },
      ];
      expect(await audit.entries(asked)).toStrictEqual([
        entryOf(second),
        ...saved.map((record) => entryOf(record)).reverse(),
        undefined,
        undefined,
        entryOf(second),
      ]);
      expect(await audit.entries([])).toEqual([]);
    });
  });

  describe('keeps trails of subjects without a record', () => {
    const entry = (after: object | null, parts: Partial<Unchained> = {}): Unchained => ({
      ref: { kind: 'node', id: 'n1:7777/rpc' },
      cause: 'health',
      actor: 'service',
      before: null,
      after,
      block: null,
      timestamp: '2026-01-01T00:00:00.000Z',
      ...parts,
    });
    const { ref } = entry(null);

    test('chained from the first entry on', async () => {
      const { audit } = await fresh();
      const pinned = { ...blockAt(10), eraId: 3, proposer: '00' };
      await audit.append(entry({ open: true, reason: 'timeout' }));
      await audit.append(entry({ open: false }, { before: { open: true }, block: pinned }));
      await audit.append(entry({ open: true }, { ref: { kind: 'node', id: 'n2' } }));
      const trail = (await audit.history(ref, { limit: 9 })).reverse();
      expect(trail).toStrictEqual([
        { ...entry({ open: true, reason: 'timeout' }), sequence: 1, previousDigest: null, digest: expect.any(String) },
        {
          ...entry({ open: false }, { before: { open: true }, block: blockAt(10) }),
          sequence: 2,
          previousDigest: trail[0]?.digest,
          digest: expect.any(String),
        },
      ]);
      expect(firstBrokenLink(trail)).toBeUndefined();
    });

    test('in which a report that is repeated at once is written once', async () => {
      const { audit } = await fresh();
      const moments = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z'] as const;
      await audit.append(entry({ open: true, reason: 'r' }, { timestamp: moments[0] }));
      await audit.append(entry({ reason: 'r', open: true }, { timestamp: moments[1] }));
      await audit.append(entry(null));
      await audit.append(entry(null));
      await audit.append(entry({ open: true, reason: 'r' }, { timestamp: moments[1] }));
      const trail = await audit.history(ref, { limit: 9 });
      expect(trail.map(({ sequence, after }) => [sequence, after])).toEqual([
        [3, { open: true, reason: 'r' }],
        [2, null],
        [1, { open: true, reason: 'r' }],
      ]);
    });

    test('by several at once, none lost and the chain whole', async () => {
      const { audit } = await fresh();
      await Promise.all(Array.from({ length: 6 }, (_, at) => audit.append(entry({ at }))));
      await Promise.all(Array.from({ length: 6 }, () => audit.append(entry({ at: 'same' }))));
      const trail = (await audit.history(ref, { limit: 20 })).reverse();
      const written = trail.map(({ after }) => (after as { at: unknown }).at);
      expect(written.slice(0, 6).sort()).toEqual([0, 1, 2, 3, 4, 5]);
      expect(written.slice(6)).toEqual(['same']);
      expect(firstBrokenLink(trail)).toBeUndefined();
    });
  });

  describe('lists all entries of a span of time', () => {
    const at = (timestamp: string, id: string) => {
      const record = recordOf({ id, auditHead: `audit-${id}` });
      return { record, entry: entryOf(record, { timestamp }) };
    };
    const listed = async (audit: Store['audit'], from: string, until: string) =>
      (await allOf(audit.between(from, until))).map(({ ref }) => ref.id);

    test('from its first moment, up to its last but not with it, oldest first, over days and records', async () => {
      const { records, audit } = await fresh();
      const moments = {
        e: '2026-01-03T12:00:00.001Z',
        a: '2026-01-01T23:59:59.999Z',
        d: '2026-01-03T12:00:00.000Z',
        b: '2026-01-02T00:00:00.000Z',
        c: '2026-01-03T00:00:00.000Z',
      };
      for (const [id, timestamp] of Object.entries(moments)) {
        const { record, entry } = at(timestamp, id);
        await records.save(record, undefined, entry);
      }
      const unchained = { cause: 'health', actor: 'service', before: null, after: null, block: null } as const;
      await audit.append({ ...unchained, ref: { kind: 'node', id: 'n' }, timestamp: '2026-01-02T06:00:00.000Z' });
      expect(await listed(audit, '2026-01-01', '2026-01-04')).toEqual(['a', 'b', 'n', 'c', 'd', 'e']);
      expect(await listed(audit, '2026-01-02T00:00:00Z', '2026-01-03T12:00:00Z')).toEqual(['b', 'n', 'c']);
      expect(await listed(audit, '2026-01-02T01:00:00+01:00', '2026-01-02T00:00:00.001Z')).toEqual(['b']);
      expect(await listed(audit, '2026-01-02', '2026-01-02')).toEqual([]);
      expect(await listed(audit, '2025-01-01', '2025-03-01')).toEqual([]);
      const [first] = await allOf(audit.between('2026-01-01', '2026-01-02'));
      expect(first).toStrictEqual(at(moments.a, 'a').entry);
    });

    test('a page at a time, none lost', async () => {
      const { records, audit } = await fresh();
      const all = Array.from({ length: 230 }, (_, n) =>
        at(new Date(1_767_225_600_000 + n * 60_000).toISOString(), `id-${n}`),
      );
      for (let done = 0; done < all.length; done += 40) {
        const some = all.slice(done, done + 40);
        await Promise.all(some.map(({ record, entry }) => records.save(record, undefined, entry)));
      }
      const pages = [];
      for await (const page of audit.between('2026-01-01', '2026-01-02')) pages.push(page);
      expect(pages.map(({ length }) => length)).toEqual([100, 100, 30]);
      expect(pages.flat()).toStrictEqual(all.map(({ entry }) => entry));
    });
  });
});
