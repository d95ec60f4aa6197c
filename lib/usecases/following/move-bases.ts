import pLimit from 'p-limit';
import { type BasisSeen, eraBasis, eraDefinition, eraKey, everyBasisKey } from '../../domain/basis.ts';
import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { soundBasis, verifiedThrough } from '../../domain/claim.ts';
import { refKey } from '../../domain/entity.ts';
import { messageOf } from '../../domain/errors.ts';
import type { BasisDefinition } from '../../domain/pinned-state.ts';
import type { BasisReader } from '../../domain/ports/chain.ts';
import type { Service } from '../../domain/service.ts';
import { basisSeenOf, readBasis } from '../observing/bases.ts';
import { basisKind, basisRef } from '../process/snapshots.ts';
import type { WatchedContext } from './following.ts';
import { type Move, moveBasis } from './move-basis.ts';
import { asPoisonRecord, isPermanentFailure, readTwice } from './poison-record.ts';

export interface MovedBases {
  /** As of the last block of the batch, by name. */
  readonly seen: ReadonlyMap<string, BasisSeen>;
  /** Names of bases whose value changed. */
  readonly changed: readonly string[];
  /** False where a basis could not be moved, since a reader of another configuration has read it beyond the batch. */
  readonly all: boolean;
}

const readAtOnce = 8;

/**
 * Rule FOLLOW-3: reads each basis whose keys the batch wrote again, at its last block, and dates its change (rule BASIS-2).
 * A basis whose dictionaries list tokens (`discovering`) is created as soon as the chain may have it.
 * Throws Overtaken, PoisonRecord, ChainUnavailable, StoreUnavailable.
 */
export async function moveBases(moving: WatchedContext, service: Service): Promise<MovedBases> {
  const { batch, snapshot, found } = moving;
  // Whether a basis was known at the cursor is judged by the era at the cursor: read it before it is moved.
  await service.snapshots.withBases(snapshot, [eraBasis]);
  const eraMoves =
    batch.switchBlock !== undefined || batch.unseen !== undefined || found.has(refKey(basisRef(eraBasis)));
  const moves = new Map<string, Move>();
  // Rule BASIS-4: the first tick has unseen blocks, so it makes the era basis before its cursor.
  if (eraMoves) moves.set(eraBasis, await moveEra(moving, service));

  const watched = [...found.values()].flatMap(({ ref }) => (ref.kind === basisKind ? [ref.id] : []));
  const expected = service.shared.discovering.filter(
    ({ rootKey }) => batch.written.has(everyBasisKey) || batch.written.has(rootKey),
  );
  const names = new Set([...watched, ...expected.map(({ name }) => name)]);
  names.delete(eraBasis);
  const seen = new Map<string, BasisSeen>();
  const limit = pLimit(readAtOnce);
  try {
    await limit.map([...names], async (name) => {
      const last = await readOne(name, moving, service);
      const writtenAt = found.get(refKey(basisRef(name)))?.writtenAt ?? [batch.last.height];
      const readings = { last, at: (block: PinnedBlock) => readAt(name, block, moving, service) };
      moves.set(name, await moveBasis(name, readings, writtenAt, moving, service));
      if (last !== undefined) seen.set(name, last);
    });
  } finally {
    limit.clearQueue();
  }
  const changed = [...moves].flatMap(([name, move]) => (move === 'changed' ? [name] : []));
  return { seen, changed, all: ![...moves.values()].includes('ahead') };
}

/** undefined where this configuration has no definition for the basis, or where it is a poison record. */
async function readOne(name: string, moving: WatchedContext, service: Service): Promise<BasisSeen | undefined> {
  const { batch, signal } = moving;
  if (service.shared.basis(name) === undefined) return undefined;
  try {
    return await readTwice(() => readAt(name, batch.last, moving, service), service);
  } catch (error) {
    const at = refKey(basisRef(name));
    if (!(await isPermanentFailure(error, at, signal, service))) throw asPoisonRecord(at, error);
    const reason = messageOf(error);
    service.log.error('a basis cannot be read; it counts as changed', { basis: name, reason });
    service.metrics.count('Untracked');
    return undefined;
  }
}

async function readAt(
  name: string,
  block: PinnedBlock,
  { signal }: WatchedContext,
  service: Service,
): Promise<BasisSeen> {
  const definition = service.shared.basis(name);
  if (definition === undefined) throw new Error(`no definition of the basis ${name}`);
  return readBasis(definition, { block, bases: service.bases, signal }, service.chain);
}

/** The state that no transaction names changed in each switch block; after unseen blocks, at any of them. */
function moveEra(moving: WatchedContext, service: Service): Promise<Move> {
  const { last, switchBlock, unseen, written } = moving.batch;
  const { eraId } = switchBlock ?? last;
  const seenAt = (block: PinnedBlock, era: number) => ({
    name: eraBasis,
    block: blockRef(block),
    value: { era },
    joined: {},
    readSet: [],
    bases: [],
    definition: eraDefinition,
  });
  const readings = {
    last: seenAt(last, switchBlock === undefined ? eraId : eraId + 1),
    at: async (block: PinnedBlock) => seenAt(block, block.eraId + 1),
  };
  const ends = unseen === undefined ? written.get(eraKey) : undefined;
  return moveBasis(eraBasis, readings, ends ?? [last.height], moving, service);
}

/**
 * Bases as of the last block of the batch, for the records of the batch (rule BASIS-1): a basis that the batch wrote as it
 * was read there; any other as it is stored, where it is known at the cursor, since no block of the batch wrote it. All
 * others are read from the chain.
 */
export function batchBases(
  { batch, snapshot, found }: WatchedContext,
  moved: MovedBases['seen'],
  service: Service,
): BasisReader {
  async function unwritten(definition: BasisDefinition): Promise<BasisSeen | undefined> {
    if (found.has(refKey(basisRef(definition.name))) || batch.unseen !== undefined) return undefined;
    const now = service.clock.now();
    const own = await service.snapshots.withBases(snapshot, [definition.name]);
    const dependencies = own.basis(definition.name)?.bases.map(({ name }) => name) ?? [];
    const complete = await service.snapshots.withBases(own, dependencies);
    const stored = soundBasis(definition, complete, now);
    const cursor = snapshot.progress.cursor;
    if (stored?.value == null || cursor === null || stored.block.height > batch.last.height) return undefined;
    const through = verifiedThrough(stored, complete, definition.definition, now);
    return through.height >= cursor.height ? basisSeenOf(definition.name, stored) : undefined;
  }

  return (async (definition: BasisDefinition, block: PinnedBlock) =>
    moved.get(definition.name) ?? (await unwritten(definition)) ?? service.bases(definition, block)) as BasisReader;
}
