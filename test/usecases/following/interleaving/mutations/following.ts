import type { EntityDefinition, Known } from '../../../../../lib/domain/entity.ts';
import { refKey } from '../../../../../lib/domain/entity.ts';
import type { Service } from '../../../../../lib/domain/service.ts';
import { blockOf } from '../fake-chain.ts';
import { batch, firstReading, firstTicks, followed, openSet, twoRunners } from '../scenarios/own-keys.ts';
import { resetUnnoticed, resetWhileFollowing } from '../scenarios/resets.ts';
import { gap } from '../scenarios/shared-state.ts';
import { isBasis, onlyOf, type Removal } from './mutation.ts';

/** What sync does with a batch, in which order, and when its cursor moves. */
export const ofFollowing: readonly Removal[] = [
  {
    rule: 'each block is the child of the one before it',
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
    rule: 'the mark is published before anybody is asked who watches',
    scenario: firstReading,
    ports: onlyOf('runner', ({ ports: { progress } }) => ({
      progress: { ...progress, publishMark: async () => true },
    })),
  },
  {
    rule: 'the mark is the last block of the batch',
    scenario: batch,
    ports: onlyOf('runner', ({ ports: { progress }, world: { tables } }) => ({
      progress: {
        ...progress,
        publishMark: (_mark, ...rest) => progress.publishMark((tables.progress.cursor?.height ?? 0) + 1, ...rest),
      },
    })),
  },
  {
    rule: 'the mark never falls',
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
    rule: 'the mark is published only on the branch that was found',
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
    rule: 'the cursor comes last',
    scenario: followed,
    ports: onlyOf('runner', ({ ports: { progress }, direct, world: { tables, histories } }) => ({
      progress: {
        ...progress,
        async publishMark(mark, fork, leaseToken) {
          const { cursor: from, followedFrom, protocolVersion, logicVersion, settings } = tables.progress;
          const isMarked = await progress.publishMark(mark, fork, leaseToken);
          const to = blockOf(histories, 0, mark);
          const there = {
            protocolVersion: protocolVersion ?? '',
            logicVersion: logicVersion ?? 0,
            settings: settings ?? '',
          };
          await direct.progress.moveCursor({ from, fork, leaseToken, to, followedFrom: followedFrom ?? 0, ...there });
          return isMarked;
        },
        moveCursor: async () => true,
      },
    })),
  },
  {
    rule: 'the cursor stays where a record could not be saved',
    scenario: followed,
    ports: onlyOf('runner', ({ ports: { records } }) => ({
      records: {
        ...records,
        save: async (record, ...rest) => (isBasis(record) ? records.save(record, ...rest) : { won: true }),
      },
    })),
  },
  {
    rule: 'the cursor stays where an entry could not be put',
    scenario: followed,
    ports: onlyOf('runner', ({ ports: { cache } }) => ({ cache: { ...cache, put: async () => undefined } })),
  },
  {
    rule: 'the entry is put also where the record was there already',
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
    rule: 'the entry is put also where there is none',
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
    rule: 'a record is made where there is only a watch',
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
    rule: 'the cursor moves only from where it was found',
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
    rule: 'the cursor moves only on the branch that was found',
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
    rule: `what was read before ${scenario === gap ? 'a gap' : 'the first tick'} is known through its own block only`,
    scenario,
    ports: onlyOf('runner', ({ ports: { progress } }) => ({
      progress: { ...progress, moveCursor: (move) => progress.moveCursor({ ...move, followedFrom: 0 }) },
    })),
  })),
  {
    rule: 'a reader asks for all of an open set',
    scenario: openSet,
    service: (service, { role }) => (role === 'reader' ? { definitions: askingLess(service.definitions, []) } : {}),
  },
  {
    rule: 'sync asks for less than all only where every block was scanned',
    scenario: gap,
    service: (service, { role }) =>
      role === 'runner' ? { definitions: askingLess(service.definitions, ['one']) } : {},
  },
];

/** Only for what is held already, and what writes have named. */
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
