import type { Snapshots } from '../../../../../lib/domain/ports/process.ts';
import type { EntityRecord } from '../../../../../lib/domain/record.ts';
import type { Service } from '../../../../../lib/domain/service.ts';
import { basisRef } from '../../../../../lib/usecases/process/snapshots.ts';
import { blockOf, type Histories } from '../fake-chain.ts';
import { absence, asked, lapsing, untracked } from '../scenarios/own-keys.ts';
import { resetWhileAsking, resetWhileAskingShared } from '../scenarios/resets.ts';
import { firstShared, shared, sharedTwice } from '../scenarios/shared-state.ts';
import type { Parts } from '../world.ts';
import { isBasis, onlyOf, type Removal } from './mutation.ts';

const forever = '2099-01-01T00:00:00.000Z';

/** Bases as a client is told of them. */
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

/** What may be said of an entry, by what was read before it. */
export const ofClaims: readonly Removal[] = [
  {
    rule: 'the cursor is read before the entry',
    scenario: asked,
    service: ofClient(({ snapshots }) => ({
      snapshots: {
        ...snapshots,
        withBases: async (_snapshot, names) => snapshots.withBases(await snapshots.renewed(), names),
      },
    })),
  },
  {
    rule: 'what is remembered keeps the cursor under which it was read',
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
    rule: 'bases are read after the cursor',
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
    rule: 'what rests on a basis that has changed is known through its own block, not through the one before the change',
    scenario: sharedTwice,
    service: ofClient(({ snapshots }, { world: { histories } }) => ({
      snapshots: throughTheBlockBeforeAChange(snapshots, histories),
    })),
  },
  {
    rule: 'what rests on a basis that is not stored is known through its own block only',
    scenario: firstShared,
    service: ofClient(({ snapshots }, { world: { tables } }) => ({
      snapshots: {
        ...snapshots,
        async withBases(snapshot, names) {
          const whole = await snapshots.withBases(snapshot, names);
          const [any] = tables.records.values();
          const madeUp = { ...any, definition: 'sides-1', value: null, changedAt: 0, trackedUntil: forever };
          return { ...whole, basis: (name) => whole.basis(name) ?? (madeUp as EntityRecord) };
        },
      },
    })),
  },
  {
    rule: 'what a basis joins is of no later block than is claimed',
    scenario: shared,
    ports: basesAs((basis, { world: { tables } }) => {
      const { cursor } = tables.progress;
      const changedAt = Math.min(basis.changedAt ?? 0, cursor?.height ?? 0);
      return { ...basis, block: cursor ?? basis.block, changedAt };
    }),
  },
  {
    rule: 'an absence without a record is known at its own block only',
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
    rule: 'what holds until a moment is known through its own block only once the cursor is beyond it',
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
    rule: 'what is not followed any more is known through its own block only',
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
    rule: 'what was read above a rewind on an earlier branch is a miss',
    scenario: resetWhileAsking,
    ports: onlyOf('client', ({ ports: { progress } }) => ({
      progress: { ...progress, read: async () => ({ ...(await progress.read()), rewinds: [] }) },
    })),
  },
  {
    rule: 'an entry of a later branch than the cursor is known at its own block only',
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
    rule: 'so is what rests on a basis of a later branch',
    scenario: resetWhileAskingShared,
    service: ofClient(({ snapshots }) => ({
      snapshots: {
        ...snapshots,
        async withBases(snapshot, names) {
          const whole = await snapshots.withBases(snapshot, names);
          const { fork } = whole.progress;
          const basis = (name: string) => {
            const stored = whole.basis(name);
            return stored && { ...stored, fork: Math.min(stored.fork, fork) };
          };
          return { progress: whole.progress, basis };
        },
      },
    })),
  },
];

function throughTheBlockBeforeAChange(snapshots: Snapshots, histories: Histories): Snapshots {
  return {
    ...snapshots,
    async withBases(snapshot, names) {
      const whole = await snapshots.withBases(snapshot, names);
      const { cursor } = whole.progress;
      const changes = names.map((name) => whole.basis(name)?.changedAt ?? 0);
      const through = blockOf(histories, 0, Math.min(cursor?.height ?? 0, ...changes.map((at) => at - 1)));
      return {
        progress: { ...whole.progress, cursor: through },
        basis(name) {
          const basis = whole.basis(name);
          return basis && { ...basis, changedAt: 0, block: through };
        },
      };
    },
  };
}
