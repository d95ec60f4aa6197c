import { eraBasis, eraDefinition } from '../../../../../lib/domain/basis.ts';
import { sameValue } from '../../../../../lib/domain/compare.ts';
import { digestOf } from '../../../../../lib/domain/digest.ts';
import { refKey } from '../../../../../lib/domain/entity.ts';
import type { BasisReader } from '../../../../../lib/domain/ports/chain.ts';
import type { Records } from '../../../../../lib/domain/ports/records.ts';
import type { EntityRecord } from '../../../../../lib/domain/record.ts';
import { basisSeenOf } from '../../../../../lib/usecases/observing/bases.ts';
import { basisRef } from '../../../../../lib/usecases/process/snapshots.ts';
import { nextRecord } from '../../../../../lib/usecases/saving/next-record.ts';
import { blockOf } from '../fake-chain.ts';
import { era, firstEra, gap, shared, sharedAndRead, thereAndBack, writtenOften } from '../scenarios/shared-state.ts';
import type { Parts } from '../world.ts';
import { asItIs, isBasis, onlyOf, type Removal } from './mutation.ts';

const isEra = (record: EntityRecord): boolean => isBasis(record) && record.ref.id === eraBasis;

/** A runner that dates the saved bases in another way. */
const dating = (changedAt: (record: EntityRecord, stored: EntityRecord, parts: Parts) => number | undefined) =>
  onlyOf('runner', (parts) => {
    const { records } = parts.ports;
    const save: Records['save'] = (record, ...rest) => {
      const stored = parts.world.tables.records.get(refKey(record.ref));
      if (!isBasis(record) || stored === undefined) return records.save(record, ...rest);
      return records.save({ ...record, changedAt: changedAt(record, stored, parts) as number }, ...rest);
    };
    return { records: { ...records, save } };
  });

const unlessTheSame = (record: EntityRecord, stored: EntityRecord): number | undefined =>
  sameValue(record.value, stored.value) ? stored.changedAt : record.changedAt;

/** Rules of bases: who moves a basis, how its change is dated, and at which block it may be used. */
export const ofBases: readonly Removal[] = [
  {
    rule: 'FOLLOW-3: a changed basis has the date of its change',
    scenario: shared,
    ports: dating((_record, stored) => stored.changedAt),
  },
  {
    rule: 'FOLLOW-3: a basis is dated by its last change, not by the first block of the batch that wrote it',
    scenario: thereAndBack,
    ports: dating((_record, _stored, { world }) => (world.tables.progress.cursor?.height ?? 0) + 1),
  },
  {
    rule: 'FOLLOW-3: a basis that changed and changed back within a batch has changed',
    scenario: thereAndBack,
    ports: dating(unlessTheSame),
  },
  ...[thereAndBack, writtenOften].map((scenario) => ({
    rule: `FOLLOW-3: a basis is read at every block of the batch that wrote it (${scenario.name})`,
    scenario,
    ports: onlyOf('runner', ({ ports: { chain }, world: { tables, histories } }) => ({
      chain: {
        ...chain,
        at: (reading) => chain.at({ ...reading, block: blockOf(histories, 0, tables.progress.mark ?? 1) }),
      },
    })),
  })),
  {
    rule: 'FOLLOW-3: each change within a batch is dated by its own block',
    scenario: thereAndBack,
    ports: onlyOf('runner', ({ ports: { records } }) => ({
      records: {
        ...records,
        save(record, ...rest) {
          if (!isBasis(record) || record.changes === undefined) return records.save(record, ...rest);
          const { value } = record.changes;
          const changes = { ...record.changes, value: { ...value, before: value.before.slice(-1) } };
          return records.save({ ...record, changes }, ...rest);
        },
      },
    })),
  },
  {
    rule: 'FOLLOW-3: after a gap a basis is read again, and counts as changed where it is not known at the cursor',
    scenario: gap,
    ports: (parts) => ({
      ...dating(unlessTheSame)(parts),
      watches: {
        ...parts.ports.watches,
        present: (keys) => parts.ports.watches.present(keys.filter((key) => key !== 'every-basis')),
      },
    }),
  },
  {
    rule: 'BASIS-2: a reader does not move a stored basis',
    scenario: thereAndBack,
    service: (service, parts) => (parts.role === 'reader' ? { bases: movedByReaders(service.bases, parts) } : {}),
  },
  {
    rule: 'BASIS-1: a reader uses a stored basis only at a block at which it is known',
    scenario: sharedAndRead,
    service: (service, { role, world: { tables } }) => {
      if (role !== 'reader') return {};
      const bases = (async (definition, block) => {
        const stored = tables.records.get(refKey(basisRef(definition.name)));
        return stored === undefined ? service.bases(definition, block) : basisSeenOf(definition.name, stored);
      }) as BasisReader;
      return { bases };
    },
  },
  {
    rule: 'FOLLOW-3: a switch block moves the era basis',
    scenario: era,
    ports: onlyOf('runner', ({ ports: { records } }) => ({
      records: {
        ...records,
        save: async (record, compared, ...rest) =>
          isEra(record) && compared !== undefined ? { won: true } : records.save(record, compared, ...rest),
      },
    })),
  },
  {
    rule: 'BASIS-4: the first tick creates the era basis, and sync alone does',
    scenario: firstEra,
    ports: (parts) => (parts.role === 'runner' ? movingOnlyStoredEras(parts) : creatingEras(parts)),
  },
];

function movingOnlyStoredEras({ ports: { records } }: Parts) {
  const save: Records['save'] = async (record, compared, ...rest) =>
    isEra(record) && compared === undefined ? { won: true } : records.save(record, compared, ...rest);
  return { records: { ...records, save } };
}

/** Before a reader saves a record that depends on the era, it creates the era basis as of its own block. */
function creatingEras({ ports, direct, gate, world: { tables, clock } }: Parts) {
  const save: Records['save'] = async (record, ...rest) => {
    await gate('records.save');
    if (!tables.records.has(refKey(basisRef(eraBasis)))) {
      const { block, fork } = record;
      const value = { value: { era: 0 }, joined: {} };
      const of = { ref: basisRef(eraBasis), probedValidators: [], readSet: [], bases: [], validUntil: null };
      const seen = { ...of, value, block, definition: eraDefinition };
      const change = {
        seen,
        before: undefined,
        verdict: 'new',
        cause: 'lookup',
        owner: null,
        tooLarge: false,
      } as const;
      const next = nextRecord({ ...change, fork, now: clock.now, changedAt: block.height });
      await direct.records.save(next.record, undefined, next.audit);
    }
    return ports.records.save(record, ...rest);
  };
  return { records: { ...ports.records, save } };
}

/** A reader stores what it read of a basis, and dates a change by its own block. */
function movedByReaders(bases: BasisReader, parts: Parts): BasisReader {
  return (async (definition, block) => {
    const seen = await bases(definition, block);
    await parts.gate('records.save');
    const stored = parts.world.tables.records.get(refKey(basisRef(definition.name)));
    if (stored !== undefined && stored.block.height < block.height && seen.value !== undefined) {
      const value = { value: seen.value, joined: seen.joined };
      const changedAt = sameValue(stored.value, value) ? (stored.changedAt as number) : block.height;
      const moved = { ...stored, value, digest: digestOf(value), block: seen.block, changedAt };
      await parts.direct.records.save(moved, asItIs(parts, stored), undefined);
    }
    return seen;
  }) as BasisReader;
}
