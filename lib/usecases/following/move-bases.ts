import pLimit from 'p-limit';
import { type BasisSeen, eraBasis, eraDefinition, everyBasisKey } from '../../domain/basis.ts';
import { blockRef } from '../../domain/block.ts';
import { refKey } from '../../domain/entity.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import { readBasis } from '../observing/bases.ts';
import { basisKind, basisRef } from '../process/snapshots.ts';
import type { WatchedContext } from './following.ts';
import { type Move, moveBasis } from './move-basis.ts';
import { asPoisonRecord } from './poison-record.ts';

export interface MovedBases {
  /** As of the last block of the batch, by name. */
  readonly seen: ReadonlyMap<string, BasisSeen>;
  /** Those that have changed: what rests on them is to be read again when somebody asks. */
  readonly changed: readonly string[];
  /** Whether all that the batch wrote are as of its last block: not one of another configuration that a reader read beyond it. */
  readonly all: boolean;
}
const readAtOnce = 8;

/**
 * Reads each basis whose keys the batch wrote again, at its last block, and dates its change, as nobody else does; makes
 * those that are searched for what is new once they can be there.
 */
export async function moveBases(moving: WatchedContext, service: Service): Promise<MovedBases> {
  const { batch, snapshot, found } = moving;
  // What was known at the cursor is judged by the era as it was then.
  await service.snapshots.withBases(snapshot, [eraBasis]);
  const eraMoves =
    batch.switchBlock !== undefined || batch.unseen !== undefined || found.has(refKey(basisRef(eraBasis)));
  const moves = new Map<string, Move>();
  if (eraMoves) moves.set(eraBasis, await moveEra(moving, service));

  const names = [...found.values()].flatMap(({ ref }) => (ref.kind === basisKind ? [ref.id] : []));
  const expected = service.shared.discovering.filter(
    ({ rootKey }) => batch.written.has(everyBasisKey) || batch.written.has(rootKey),
  );
  const all = [...new Set([...names, ...expected.map(({ name }) => name)])].filter((name) => name !== eraBasis);
  const seen = new Map<string, BasisSeen>();
  const limit = pLimit(readAtOnce);
  try {
    await limit.map(all, async (name) => {
      const basis = await readOne(name, moving, service);
      const writtenAt = found.get(refKey(basisRef(name)))?.writtenAt ?? [batch.last.height];
      moves.set(name, await moveBasis(name, basis, writtenAt, moving, service));
      if (basis !== undefined) seen.set(name, basis);
    });
  } finally {
    limit.clearQueue();
  }
  const changed = [...moves].flatMap(([name, made]) => (made === 'changed' ? [name] : []));
  return { seen, changed, all: ![...moves.values()].includes('passed') };
}

/** undefined where this configuration has no definition for it, or it cannot be read while everything else can. */
async function readOne(name: string, moving: WatchedContext, service: Service): Promise<BasisSeen | undefined> {
  const { batch, signal, isPermanentFailure } = moving;
  const definition = service.shared.basis(name);
  if (definition === undefined) return undefined;
  try {
    return await readBasis(definition, { block: batch.last, bases: service.bases, signal }, service.chain);
  } catch (error) {
    const at = refKey(basisRef(name));
    if (!(await isPermanentFailure(error, at))) throw asPoisonRecord(at, error);
    const reason = messageOf(error);
    service.log.error('a basis cannot be read, and counts as changed', { basis: name, reason });
    service.metrics.count('LetGo');
    return undefined;
  }
}

/** State that no transaction names has changed at the newest switch block, or may have at any block. */
function moveEra(moving: WatchedContext, service: Service): Promise<Move> {
  const { last, switchBlock, unseen } = moving.batch;
  const { eraId, height } = switchBlock ?? last;
  const seen = {
    name: eraBasis,
    block: blockRef(last),
    value: { era: switchBlock === undefined ? eraId : eraId + 1 },
    joined: {},
    readSet: [],
    bases: [],
    definition: eraDefinition,
  };
  return moveBasis(eraBasis, seen, [unseen === undefined ? height : last.height], moving, service);
}
