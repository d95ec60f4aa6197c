import type { EntityDefinition, Known } from '../../../../../lib/domain/entity.ts';
import { refKey } from '../../../../../lib/domain/entity.ts';
import type { Service } from '../../../../../lib/domain/service.ts';
import { blockOf } from '../fake-chain.ts';
import { batch, firstReading, firstTicks, followed, headApart, openSet, twoRunners } from '../scenarios/own-keys.ts';
import { resetUnnoticed, resetWhileFollowing } from '../scenarios/resets.ts';
import { gap } from '../scenarios/shared-state.ts';
import { isBasis, onlyOf, type Removal } from './mutation.ts';

/** Rules of sync: the order of its steps, and when the cursor moves. */
export const ofFollowing: readonly Removal[] = [
  {
    rule: 'ITEM-1: the head is written by itself',
    scenario: headApart,
    ports: onlyOf('reader', ({ ports: { progress }, gate, world: { tables } }) => ({
      progress: {
        ...progress,
        async seeHead(head) {
          await gate('progress.read');
          const read = tables.progress;
          await gate('progress.seeHead');
          tables.progress = { ...read, head };
        },
      },
    })),
  },
  {
    rule: 'ITEM-1: no write of sync is conditional on the head',
    scenario: headApart,
    ports: onlyOf('runner', ({ ports: { progress }, world: { tables } }) => {
      let read: unknown;
      return {
        progress: {
          ...progress,
          async publishMark(...marking) {
            read = tables.progress.head;
            return progress.publishMark(...marking);
          },
          moveCursor: async (move) => tables.progress.head === read && (await progress.moveCursor(move)),
        },
      };
    }),
  },
  {
    rule: 'FOLLOW-1: each block is the child of the one before',
    scenario: resetUnnoticed,
    ports: onlyOf('runner', ({ ports: { chain }, world: { tables } }) => ({
      chain: {
        ...chain,
        async executed(height, reading) {
          const { cursor } = tables.progress;
          const executed = await chain.executed(height, reading);
          return height - 1 === cursor?.height ? { ...executed, parentHash: cursor.hash } : executed;
        },
      },
    })),
  },
  {
    rule: 'FOLLOW-1: the mark is published before the watchers are read',
    scenario: firstReading,
    ports: onlyOf('runner', ({ ports: { progress } }) => ({
      progress: { ...progress, publishMark: async () => true },
    })),
  },
  {
    rule: 'FOLLOW-1: the mark is the last block of the batch',
    scenario: batch,
    ports: onlyOf('runner', ({ ports: { progress }, world: { tables } }) => ({
      progress: {
        ...progress,
        publishMark: (_mark, ...rest) => progress.publishMark((tables.progress.cursor?.height ?? 0) + 1, ...rest),
      },
    })),
  },
  {
    rule: 'FOLLOW-1: the mark never falls',
    scenario: twoRunners,
    preemptions: 2,
    ports: onlyOf('runner', ({ ports: { progress }, gate, world: { tables } }) => ({
      progress: {
        ...progress,
        async publishMark(mark) {
          await gate('progress.publishMark');
          tables.progress = { ...tables.progress, mark };
          return true;
        },
      },
    })),
  },
  {
    rule: 'FOLLOW-1: the mark is published only on the fork that was read',
    scenario: resetWhileFollowing,
    ports: onlyOf('runner', ({ ports: { progress }, gate, world: { tables } }) => ({
      progress: {
        ...progress,
        async publishMark(mark) {
          await gate('progress.publishMark');
          tables.progress = { ...tables.progress, mark: Math.max(mark, tables.progress.mark ?? 0) };
          return true;
        },
      },
    })),
  },
  {
    rule: 'FOLLOW-6: the cursor moves last',
    scenario: followed,
    ports: onlyOf('runner', ({ ports: { progress }, direct, world: { tables, histories } }) => ({
      progress: {
        ...progress,
        async publishMark(mark, fork, leaseToken) {
          const { cursor: from, followedFrom, protocolVersion, logicVersion, settings, discovers } = tables.progress;
          const isMarked = await progress.publishMark(mark, fork, leaseToken);
          const to = blockOf(histories, 0, mark);
          const others = {
            protocolVersion: protocolVersion ?? '',
            logicVersion: logicVersion ?? 0,
            settings: settings ?? '',
            discovers: discovers ?? '',
            basesAsked: 0,
            activityFrom: 0,
          };
          await direct.progress.moveCursor({ from, fork, leaseToken, to, followedFrom: followedFrom ?? 0, ...others });
          return isMarked;
        },
        moveCursor: async () => true,
      },
    })),
  },
  {
    rule: 'FOLLOW-6: the cursor stays where a record could not be saved',
    scenario: followed,
    ports: onlyOf('runner', ({ ports: { records } }) => ({
      records: {
        ...records,
        save: async (record, ...rest) => (isBasis(record) ? records.save(record, ...rest) : { won: true }),
      },
    })),
  },
  {
    rule: 'FOLLOW-6: the cursor stays where an entry could not be put',
    scenario: followed,
    ports: onlyOf('runner', ({ ports: { cache } }) => ({ cache: { ...cache, put: async () => undefined } })),
  },
  {
    rule: 'FOLLOW-5: the entry is put also where the record is at the block already',
    scenario: followed,
    ports: onlyOf('runner', ({ ports: { records, cache } }) => {
      const saved = new Set<string>();
      return {
        records: {
          ...records,
          save(record, ...rest) {
            saved.add(refKey(record.ref));
            return records.save(record, ...rest);
          },
        },
        cache: {
          ...cache,
          async put(entry, expiresAt) {
            if (saved.has(refKey(entry.ref))) await cache.put(entry, expiresAt);
          },
        },
      };
    }),
  },
  {
    rule: 'FOLLOW-5: the entry is put also where there is none',
    scenario: firstReading,
    ports: onlyOf('runner', ({ ports: { cache }, world: { tables } }) => ({
      cache: {
        ...cache,
        async put(entry, expiresAt) {
          if (tables.cache.has(refKey(entry.ref))) await cache.put(entry, expiresAt);
        },
      },
    })),
  },
  {
    rule: 'FOLLOW-5: a record is saved where there is only a watch',
    scenario: firstReading,
    ports: onlyOf('runner', ({ ports: { watches }, world: { tables } }) => ({
      watches: {
        ...watches,
        async *watchers(key) {
          for await (const page of watches.watchers(key)) yield page.filter((watcher) => tables.records.has(watcher));
        },
      },
    })),
  },
  {
    rule: 'FOLLOW-6: the cursor moves only from where it was read',
    scenario: twoRunners,
    ports: onlyOf('runner', ({ ports: { progress }, direct, gate, world: { tables } }) => ({
      progress: {
        ...progress,
        async moveCursor(move) {
          await gate('progress.moveCursor');
          const { cursor: from, leaseToken } = tables.progress;
          return direct.progress.moveCursor({ ...move, from, leaseToken });
        },
      },
    })),
  },
  {
    rule: 'FOLLOW-6: the cursor moves only on the fork that was read',
    scenario: resetWhileFollowing,
    ports: onlyOf('runner', ({ ports: { progress }, direct, gate, world: { tables } }) => ({
      progress: {
        ...progress,
        async moveCursor(move) {
          await gate('progress.moveCursor');
          return direct.progress.moveCursor({ ...move, fork: tables.progress.fork });
        },
      },
    })),
  },
  ...[firstTicks, gap].map((scenario) => ({
    rule: `CLAIM-2, FOLLOW-7: a record from before ${scenario === gap ? 'a gap' : 'the first tick'} is verified through its own block only`,
    scenario,
    ports: onlyOf('runner', ({ ports: { progress } }) => ({
      progress: { ...progress, moveCursor: (move) => progress.moveCursor({ ...move, followedFrom: 0 }) },
    })),
  })),
  {
    rule: 'KIND-4: a reader asks all validators',
    scenario: openSet,
    service: (service, { role }) => (role === 'reader' ? { definitions: askingLess(service.definitions, []) } : {}),
  },
  {
    rule: 'KIND-4: sync asks less than all validators only where every block was scanned',
    scenario: gap,
    service: (service, { role }) =>
      role === 'runner' ? { definitions: askingLess(service.definitions, ['one']) } : {},
  },
];

/** Only the validators that are known already, and those that writes have named. */
function askingLess(
  definitions: Service['definitions'],
  named: readonly string[],
): ReadonlyMap<string, EntityDefinition> {
  const less = (known: Known | undefined) => known && { ...known, scanned: known.scanned ?? { validators: named } };
  return new Map(
    [...definitions].map(([kind, definition]) => [
      kind,
      { ...definition, read: (id, state, known) => definition.read(id, state, less(known)) },
    ]),
  );
}
