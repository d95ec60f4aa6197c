import { describe, expect, test } from '@jest/globals';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { comparedWith } from '../../../lib/usecases/saving/commit-record.ts';
import { enumerationOf, recordOf } from '../samples.ts';
import { onBoth } from '../subjects.ts';

const [villas, prints] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];
const layout = { kind: 'basis', id: `layout:${villas}` };
const now = Date.parse('2026-01-01T00:00:00.000Z');
const minute = 60_000;
const conflict = { id: 'c1', state: 'open', chainDigest: 'd' } as const;

onBoth((create) => {
  describe('What lists are judged by (rule COLLECT-9)', () => {
    test('is read at once, and is what its own readers give', async () => {
      const { records, listings, collections, progress } = (await create()).store;
      const head = { height: 9, hash: 'h9', timestamp: '2026-01-01T00:00:00.000Z', seenAt: '2026-01-01T00:00:01.000Z' };
      await progress.seeHead(head, 'net');
      const basis = recordOf({ ...layout, bases: [] });
      await records.save(basis, undefined, undefined);
      await collections.change(enumerationOf({ packageHash: villas }));
      const ground = await listings.ground([prints, villas], [layout, { kind: 'basis', id: 'none' }], now);
      expect(ground).toEqual({
        progress: await progress.read(),
        layouts: [await records.get(layout), undefined],
        states: await collections.get([prints, villas]),
        undoubted: new Set(),
      });
    });

    test('says of which collections it is noted that no token is doubtful, for an hour', async () => {
      const { listings } = (await create()).store;
      const undoubted = async (at: number) => (await listings.ground([villas, prints], [], at))?.undoubted;
      await listings.settleDoubts([villas], now);
      expect(await undoubted(now)).toEqual(new Set([villas]));
      expect(await undoubted(now + 59 * minute)).toEqual(new Set([villas]));
      expect(await undoubted(now + 60 * minute)).toEqual(new Set());
      await listings.settleDoubts([villas, prints], now + 30 * minute);
      expect(await undoubted(now + 61 * minute)).toEqual(new Set([villas, prints]));
    });

    test('no longer says so once a token is doubtful, and not before none is', async () => {
      const { listings, records } = (await create()).store;
      const undoubted = async () => (await listings.ground([villas, prints], [], now))?.undoubted;
      let stored: EntityRecord | undefined;
      async function save(change: Partial<EntityRecord>): Promise<void> {
        const record = recordOf({ id: `${villas}:1`, height: (stored?.block.height ?? 0) + 1, ...change });
        const outcome = await records.save(record, stored && comparedWith(stored), undefined);
        expect(outcome.won).toBe(true);
        stored = record;
      }
      await save({});
      await listings.settleDoubts([villas, prints], now - 30 * minute);
      expect(await undoubted()).toEqual(new Set([villas, prints]));
      await save({ conflict });
      expect(await undoubted()).toEqual(new Set([prints]));
      await listings.settleDoubts([villas, prints], now);
      expect(await undoubted()).toEqual(new Set([prints]));
      await save({ conflict: null });
      expect(await undoubted()).toEqual(new Set([prints]));
      await listings.settleDoubts([villas], now);
      expect(await undoubted()).toEqual(new Set([villas, prints]));
      await save({ tooLarge: true });
      expect(await undoubted()).toEqual(new Set([prints]));
    });
  });
});
