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
import { era, firstEra, gap, shared, sharedAndRead, thereAndBack } from '../scenarios/shared-state.ts';
import type { Parts } from '../world.ts';
import { asItIs, isBasis, onlyOf, type Removal } from './mutation.ts';

const isEra = (record: EntityRecord): boolean => isBasis(record) && record.ref.id === eraBasis;

/** A runner that dates the bases that it saves in another way. */
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

/** Shared state: who moves it, how its change is dated, and at which block it may be used. */
export const ofBases: readonly Removal[] = [
  {
    rule: 'a basis that has changed says since when',
    scenario: shared,
    ports: dating((_record, stored) => stored.changedAt),
  },
  {
    rule: 'its change is dated by the last block of the batch that wrote it',
    scenario: thereAndBack,
    ports: dating((_record, _stored, { world }) => (world.tables.progress.cursor?.height ?? 0) + 1),
  },
  {
    rule: 'a basis that two blocks of a batch wrote has changed, though it is what it was',
    scenario: thereAndBack,
    ports: dating(unlessTheSame),
  },
  {
    rule: 'after a gap a basis is read again, or has changed where it is not known at the cursor',
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
    rule: 'a reader moves no basis that is stored',
    scenario: thereAndBack,
    service: (service, parts) => (parts.role === 'reader' ? { bases: movedByReaders(service.bases, parts) } : {}),
  },
  {
    rule: 'a reader uses a stored basis only at a block at which it is known',
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
    rule: 'a block that ends an era moves the era',
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
    rule: 'the era is made by the first tick, and by sync alone',
    scenario: firstEra,
    ports: (parts) => (parts.role === 'runner' ? movingOnlyStoredEras(parts) : makingEras(parts)),
  },
];

function movingOnlyStoredEras({ ports: { records } }: Parts) {
  const save: Records['save'] = async (record, compared, ...rest) =>
    isEra(record) && compared === undefined ? { won: true } : records.save(record, compared, ...rest);
  return { records: { ...records, save } };
}

/** Before it saves what rests on the era, a reader makes it, as of its own block. */
function makingEras({ ports, direct, gate, world: { tables, clock } }: Parts) {
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

/** Whatever a reader saw of a basis it keeps, dated by its own block where it was another value. */
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
