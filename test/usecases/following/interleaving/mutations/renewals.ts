import { refKey } from '../../../../../lib/domain/entity.ts';
import { untracked } from '../scenarios/own-keys.ts';
import { renewedAlone, renewedWhileFollowed, renewedWhileSaved } from '../scenarios/renewals.ts';
import { renewal } from '../scenarios/shared-state.ts';
import { onlyOf, putAlways, type Removal } from './mutation.ts';

const day = 86_400_000;

/** Rules of a renewal by the store alone: its order and its conditions. */
export const ofRenewing: readonly Removal[] = [
  {
    rule: 'TRACK-2: the watches of a record are raised before its date',
    scenario: renewedAlone,
    ports: onlyOf('client', ({ ports: { watches, records } }) => {
      const late: (() => Promise<void>)[] = [];
      return {
        watches: { ...watches, put: async (...row) => void late.push(() => watches.put(...row)) },
        records: {
          ...records,
          async renew(...renewing) {
            const renewed = await records.renew(...renewing);
            for (const put of late.splice(0)) await put();
            return renewed;
          },
        },
      };
    }),
  },
  {
    rule: 'TRACK-2: a renewal is conditional on the record that was read',
    scenario: renewedWhileSaved,
    ports: onlyOf('client', ({ ports: { records }, gate, world: { tables } }) => ({
      records: {
        ...records,
        async renew({ ref }, trackedUntil) {
          await gate('records.renew');
          const stored = tables.records.get(refKey(ref));
          if (stored === undefined) return undefined;
          tables.records.set(refKey(ref), { ...stored, trackedUntil });
          return { ...stored, trackedUntil };
        },
      },
    })),
  },
  {
    rule: 'TRACK-2: a renewal of a basis changes nothing but its date',
    scenario: renewal,
    ports: onlyOf('reader', ({ ports: { records }, gate, world: { tables } }) => ({
      records: {
        ...records,
        async renew(record, trackedUntil) {
          await gate('records.renew');
          tables.records.set(refKey(record.ref), { ...record, trackedUntil });
          return { ...record, trackedUntil };
        },
      },
    })),
  },
  {
    rule: 'SAVE-4: the entry of a renewed record does not replace a later one',
    scenario: renewedWhileFollowed,
    ports: onlyOf('client', (parts) => ({
      cache: {
        ...parts.ports.cache,
        async put(entry, expiresAt) {
          await parts.gate('cache.put');
          putAlways(parts, entry, expiresAt);
        },
      },
    })),
  },
  {
    rule: 'TRACK-2: a record whose date has passed is not renewed by the store alone',
    scenario: untracked,
    ports: onlyOf('client', ({ ports: { cache, records }, world: { tables, clock } }) => ({
      cache: {
        ...cache,
        async get(ref) {
          const stored = tables.records.get(refKey(ref));
          const trackedUntil = new Date(clock.now + 30 * day).toISOString();
          if (stored !== undefined) await records.renew(stored, trackedUntil);
          const renewed = await records.get(ref);
          const entry = await cache.get(ref);
          return entry && { ...entry, trackedUntil: renewed?.trackedUntil ?? entry.trackedUntil };
        },
      },
    })),
  },
];
