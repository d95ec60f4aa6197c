import { type EntityRef, refKey } from '../../../../../lib/domain/entity.ts';
import type { Records } from '../../../../../lib/domain/ports/records.ts';
import { basisRef } from '../../../../../lib/usecases/process/snapshots.ts';
import { watchedUntil } from '../../../../../lib/usecases/saving/tracking.ts';
import { firstReading, followed, followedBatch, rereading, sharedKey, twoRunners } from '../scenarios/own-keys.ts';
import { resetWhileFollowing } from '../scenarios/resets.ts';
import { untrackedBasis } from '../scenarios/shared-state.ts';
import type { Parts } from '../world.ts';
import { asItIs, onlyOf, putAlways, type Removal } from './mutation.ts';

/** Rules of a save: its steps, their order and their conditions. */
export const ofSaving: readonly Removal[] = [
  {
    rule: 'SAVE-1: no later step is taken when the watches could not be written',
    scenario: firstReading,
    ports: onlyOf('reader', ({ ports }) => ({ watches: { ...ports.watches, put: async () => undefined } })),
  },
  {
    rule: 'SAVE-1: the watches are written before the mark is read, and the record after that',
    scenario: firstReading,
    ports: onlyOf('reader', ({ ports: { watches, records } }) => {
      const late: (() => Promise<void>)[] = [];
      return {
        watches: { ...watches, put: async (...row) => void late.push(() => watches.put(...row)) },
        records: {
          ...records,
          async save(...saving) {
            const outcome = await records.save(...saving);
            for (const put of late.splice(0)) await put();
            return outcome;
          },
        },
      };
    }),
  },
  {
    rule: 'SAVE-2: a reader saves nothing below the mark',
    scenario: firstReading,
    ports: onlyOf('reader', ({ ports: { progress } }) => ({
      progress: { ...progress, read: async () => ({ ...(await progress.read()), mark: null }) },
    })),
  },
  {
    rule: 'SAVE-2: a runner saves nothing below the mark',
    scenario: twoRunners,
    preemptions: 3,
    ports: onlyOf('runner', ({ ports: { progress } }) => ({
      progress: { ...progress, read: async () => ({ ...(await progress.read()), mark: null }) },
    })),
  },
  {
    rule: 'SAVE-2: a writer that reads again writes its watches again',
    scenario: rereading,
    ports: onlyOf('reader', ({ ports: { watches } }) => {
      let isFirst = true;
      return {
        watches: {
          ...watches,
          async put(...row) {
            if (isFirst) await watches.put(...row);
            isFirst = false;
          },
        },
      };
    }),
  },
  {
    rule: 'SAVE-3: a save is conditional on the block and sequence that were compared',
    scenario: followed,
    ports: onlyOf('reader', (parts) => ({
      records: {
        ...parts.ports.records,
        async save(record, _compared, audit) {
          await parts.gate('records.save');
          return parts.direct.records.save(record, asItIs(parts, record), audit);
        },
      },
    })),
  },
  {
    rule: 'SAVE-3: the loser puts the entry of the winner',
    scenario: followed,
    ports: onlyOf('runner', ({ ports: { records, cache } }) => {
      const lost = new Set<string>();
      return {
        records: {
          ...records,
          async save(record, ...rest) {
            const outcome = await records.save(record, ...rest);
            if (!outcome.won) lost.add(refKey(record.ref));
            return outcome;
          },
        },
        cache: {
          ...cache,
          async put(entry, expiresAt) {
            if (!lost.has(refKey(entry.ref))) await cache.put(entry, expiresAt);
          },
        },
      };
    }),
  },
  {
    rule: 'SAVE-3: the loser compares again where the winner is of an earlier block',
    scenario: followedBatch,
    ports: onlyOf('runner', ({ ports: { records } }) => ({
      records: {
        ...records,
        async save(record, ...rest) {
          const outcome = await records.save(record, ...rest);
          const isOlder = !outcome.won && (outcome.winner?.block.height ?? 0) < record.block.height;
          return isOlder ? { won: true } : outcome;
        },
      },
    })),
  },
  {
    rule: 'SAVE-4: an entry does not replace a later one',
    scenario: followed,
    ports: onlyOf('reader', (parts) => ({
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
    rule: 'SAVE-4: of two entries the higher sequence stays, whatever their heights',
    scenario: resetWhileFollowing,
    ports: (parts) => ({
      cache: {
        ...parts.ports.cache,
        async put(entry, expiresAt) {
          await parts.gate('cache.put');
          const stored = parts.world.tables.cache.get(refKey(entry.ref))?.entry;
          if ((stored?.block.height ?? 0) <= entry.block.height) putAlways(parts, entry, expiresAt);
        },
      },
    }),
  },
  {
    rule: 'SAVE-7: an entry is never deleted',
    scenario: followed,
    ports: onlyOf('runner', ({ ports, gate, world }) => ({
      cache: {
        ...ports.cache,
        async put(entry) {
          await gate('cache.put');
          world.tables.cache.delete(refKey(entry.ref));
        },
      },
    })),
  },
  {
    rule: 'ITEM-2: the expiry of a watch is only ever raised',
    scenario: sharedKey,
    ports: ({ ports, gate, world: { tables } }) => ({
      watches: {
        ...ports.watches,
        async put(watcher, keys, expiresAt) {
          await gate('watches.row');
          for (const key of keys) {
            const rows = tables.watches.get(key) ?? new Map<string, number>();
            tables.watches.set(key, rows.set('!', expiresAt).set(watcher, expiresAt));
          }
        },
      },
    }),
  },
  {
    rule: 'TRACK-2: a date is renewed only before it has passed',
    scenario: untrackedBasis,
    ports: onlyOf('reader', (parts) => {
      const { records } = parts.ports;
      const save: Records['save'] = async (record, ...rest) => {
        const outcome = await records.save(record, ...rest);
        for (const { name } of record.bases) await renewAlways(basisRef(name), parts);
        return outcome;
      };
      return { records: { ...records, save } };
    }),
  },
];

async function renewAlways(ref: EntityRef, { direct, gate, world: { clock, tables } }: Parts): Promise<void> {
  await gate('records.save');
  const stored = tables.records.get(refKey(ref));
  if (stored === undefined) return;
  const trackedUntil = new Date(clock.now + 30 * 86_400_000).toISOString();
  await direct.watches.put(refKey(ref), stored.readSet, watchedUntil(trackedUntil));
  tables.records.set(refKey(ref), { ...stored, trackedUntil });
}
