import type { BasisChanges, ChangeLog } from '../../../../../lib/domain/basis-changes.ts';
import type { EntityRecord } from '../../../../../lib/domain/record.ts';
import type { Service } from '../../../../../lib/domain/service.ts';
import { basisRef } from '../../../../../lib/usecases/process/snapshots.ts';
import { absence, asked, lapsing, untracked } from '../scenarios/own-keys.ts';
import { resetWhileAsking, resetWhileAskingShared } from '../scenarios/resets.ts';
import { firstShared, joinedTwice, learnedAgain, shared, sharedTwice } from '../scenarios/shared-state.ts';
import type { Parts } from '../world.ts';
import { isBasis, onlyOf, type Removal } from './mutation.ts';

const forever = '2099-01-01T00:00:00.000Z';

/** Bases as a client reads them. */
const basesAs = (change: (basis: EntityRecord, parts: Parts) => EntityRecord) =>
  onlyOf('client', (parts) => {
    const { records } = parts.ports;
    const getMany: typeof records.getMany = async (refs) =>
      (await records.getMany(refs)).map((record) => (record && isBasis(record) ? change(record, parts) : record));
    return { records: { ...records, getMany } };
  });

const ofClient =
  (change: (service: Service, parts: Parts) => Partial<Service>): NonNullable<Removal['service']> =>
  (service, parts) =>
    parts.role === 'client' ? change(service, parts) : {};

/** Rules of claims: what an entry may be verified through. */
export const ofClaims: readonly Removal[] = [
  {
    rule: 'CLAIM-1: the cursor is read before the entry',
    scenario: asked,
    service: ofClient(({ snapshots }) => ({
      snapshots: {
        ...snapshots,
        withBases: async (_snapshot, names) => snapshots.withBases(await snapshots.renewed(), names),
      },
    })),
  },
  {
    rule: 'CLAIM-2: an entry is verified through the cursor, not through the head',
    scenario: asked,
    ports: onlyOf('client', ({ ports: { progress } }) => ({
      progress: {
        ...progress,
        async read() {
          const read = await progress.read();
          return { ...read, cursor: read.head ?? read.cursor };
        },
      },
    })),
  },
  {
    rule: 'CLAIM-6: a remembered entry keeps the cursor under which it was read',
    scenario: asked,
    service: ofClient(({ memory, snapshots }) => ({
      memory: {
        ...memory,
        entry(key) {
          const remembered = memory.entry(key);
          return remembered && { ...remembered, snapshot: snapshots.held() ?? remembered.snapshot };
        },
      },
    })),
  },
  {
    rule: 'CLAIM-1: bases are read after the cursor',
    scenario: shared,
    ports: onlyOf('client', ({ ports: { progress, records } }) => {
      let early: readonly (EntityRecord | undefined)[] = [];
      return {
        progress: {
          ...progress,
          async read() {
            early = await records.getMany([basisRef('sides')]);
            return progress.read();
          },
        },
        records: { ...records, getMany: async () => [...early] },
      };
    }),
  },
  {
    rule: 'CLAIM-3: an entry that depends on a changed basis is verified through the block before the first change, not the last',
    scenario: sharedTwice,
    ports: basesAs((basis) => withLog(basis, 'value', (log) => ({ ...log, before: log.before.slice(-1) }))),
  },
  {
    rule: 'CLAIM-3: an entry is verified through its own block where the changes that are kept do not reach back to it',
    scenario: learnedAgain,
    ports: basesAs((basis) => withLog(basis, 'value', (log) => ({ ...log, since: 0 }))),
  },
  {
    rule: 'CLAIM-3: what a basis joins to an entry has not changed since the entry was read',
    scenario: joinedTwice,
    ports: basesAs((basis) => withLog(basis, 'joined', ({ since }) => ({ since, before: [] }))),
  },
  {
    rule: 'CLAIM-3: an entry that depends on a basis that is not stored is verified through its own block only',
    scenario: firstShared,
    service: ofClient(({ snapshots }, { world: { tables } }) => ({
      snapshots: {
        ...snapshots,
        async withBases(snapshot, names) {
          const complete = await snapshots.withBases(snapshot, names);
          const [any] = tables.records.values();
          const madeUp = { ...any, definition: 'sides-1', value: null, changedAt: 0, trackedUntil: forever };
          return { ...complete, basis: (name) => complete.basis(name) ?? (madeUp as EntityRecord) };
        },
      },
    })),
  },
  {
    rule: 'CLAIM-3: a joined value is not of a later block than the claim',
    scenario: shared,
    ports: basesAs((basis, { world: { tables } }) => {
      const { cursor } = tables.progress;
      const changedAt = Math.min(basis.changedAt ?? 0, cursor?.height ?? 0);
      return { ...basis, block: cursor ?? basis.block, changedAt };
    }),
  },
  {
    rule: 'CLAIM-4: an absence without a record is verified at its own block only',
    scenario: absence,
    ports: onlyOf('client', ({ ports: { cache } }) => ({
      cache: {
        ...cache,
        async get(ref) {
          const entry = await cache.get(ref);
          return entry && { ...entry, sequence: Math.max(entry.sequence, 1), trackedUntil: forever };
        },
      },
    })),
  },
  {
    rule: 'CLAIM-5: an entry past its validUntil is verified through its own block only',
    scenario: lapsing,
    ports: onlyOf('client', ({ ports: { cache } }) => ({
      cache: {
        ...cache,
        async get(ref) {
          const entry = await cache.get(ref);
          return entry && { ...entry, validUntil: null };
        },
      },
    })),
  },
  {
    rule: 'CLAIM-4: an entry past its trackedUntil is verified through its own block only',
    scenario: untracked,
    ports: onlyOf('client', ({ ports: { records } }) => ({
      records: {
        ...records,
        async get(ref) {
          const record = await records.get(ref);
          return record && { ...record, trackedUntil: forever };
        },
      },
    })),
  },
  {
    rule: 'FOLLOW-8: an entry of an earlier fork above a rewind is a miss',
    scenario: resetWhileAsking,
    ports: onlyOf('client', ({ ports: { progress } }) => ({
      progress: { ...progress, read: async () => ({ ...(await progress.read()), rewinds: [] }) },
    })),
  },
  {
    rule: 'CLAIM-1: an entry of a later fork than the cursor is verified at its own block only',
    scenario: resetWhileAsking,
    service: ofClient(({ cache, snapshots }) => ({
      cache: {
        ...cache,
        async get(ref) {
          const entry = await cache.get(ref);
          return entry && { ...entry, fork: Math.min(entry.fork, snapshots.held()?.progress.fork ?? 0) };
        },
      },
    })),
  },
  {
    rule: 'CLAIM-3: so is an entry that depends on a basis of a later fork',
    scenario: resetWhileAskingShared,
    service: ofClient(({ snapshots }) => ({
      snapshots: {
        ...snapshots,
        async withBases(snapshot, names) {
          const complete = await snapshots.withBases(snapshot, names);
          const { fork } = complete.progress;
          const basis = (name: string) => {
            const stored = complete.basis(name);
            return stored && { ...stored, fork: Math.min(stored.fork, fork) };
          };
          return { progress: complete.progress, basis };
        },
      },
    })),
  },
];

function withLog(basis: EntityRecord, part: keyof BasisChanges, change: (log: ChangeLog) => ChangeLog): EntityRecord {
  const { changes } = basis;
  return changes === undefined ? basis : { ...basis, changes: { ...changes, [part]: change(changes[part]) } };
}
