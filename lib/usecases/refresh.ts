import { type BasisSeen, eraBasis } from '../domain/basis.ts';
import type { PinnedBlock } from '../domain/chain.ts';
import type { Snapshot } from '../domain/claim.ts';
import type { EntityDefinition, EntityRef } from '../domain/entity.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import type { Cause, EntityRecord } from '../domain/record.ts';
import type { Service } from '../domain/service.ts';
import { createBasis } from './keep-basis.ts';
import { type Observed, observe } from './observe.ts';
import { type Saved, save } from './save.ts';

export interface Refreshed extends Observed {
  /** undefined: the store could not be reached, so nothing was saved. */
  readonly saved: Saved | undefined;
}

export interface Refreshing {
  readonly block: PinnedBlock;
  /** The record that was read before the block was chosen. */
  readonly before: EntityRecord | undefined;
  /** undefined: the store could not be reached. */
  readonly snapshot: Snapshot | undefined;
  readonly cause: Cause;
  readonly signal: AbortSignal;
  /** A newer block of a healthy node, for when sync has begun a batch beyond this one. */
  tipAt(height: number): Promise<PinnedBlock>;
}

/** How often a reading gives way to a sync that runs ahead of it before its answer goes out unsaved. */
const attempts = 3;

/** Reads an entity at a block and saves what it saw: the only place where a verdict becomes a write. */
export async function refresh(
  definition: EntityDefinition,
  ref: EntityRef,
  { block, before, snapshot, cause, signal, tipAt }: Refreshing,
  service: Service,
): Promise<Refreshed> {
  let pinned = block;
  for (let attempt = 1; ; attempt += 1) {
    const observed = await observeAnywhere(definition, ref, pinned, before, signal, service);
    if (snapshot === undefined) return { ...observed, saved: undefined };
    const { progress } = snapshot;
    const names = observed.bases.map(({ name }) => name).filter((name) => name !== eraBasis);
    const { basis } = await service.snapshots.withBases(snapshot, names).catch(() => snapshot);
    const [saved] = await Promise.all([
      save(definition, observed.observation, before, cause, progress, service).catch((error: unknown) =>
        failed(error, service),
      ),
      ...observed.bases
        .filter(({ name }) => names.includes(name) && basis(name) === undefined)
        .map((seen) => createOnce(seen, snapshot, service).catch((error: unknown) => failed(error, service))),
    ]);
    if (saved?.outcome !== 'overtaken' || attempt === attempts) return { ...observed, saved };
    // A node that has that block in time is asked again, from the beginning; else the answer goes out unsaved.
    const newer = await tipAt(saved.mark).catch(() => undefined);
    if (newer === undefined) return { ...observed, saved };
    pinned = newer;
  }
}

/** A node that turns out to have lost its state does not count any more: the others are asked, until none is left. */
async function observeAnywhere(
  definition: EntityDefinition,
  ref: EntityRef,
  block: PinnedBlock,
  before: EntityRecord | undefined,
  signal: AbortSignal,
  service: Service,
): Promise<Observed> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await observe(definition, ref, block, before, signal, service);
    } catch (error) {
      if (!(error instanceof ChainUnavailable && error.otherNodesMay) || signal.aborted || attempt > 10) throw error;
    }
  }
}

/** However many entities rest on it, one process makes a basis once; its snapshot, which is older, then knows it. */
async function createOnce(seen: BasisSeen, snapshot: Snapshot, service: Service): Promise<void> {
  const create = () => createBasis(seen, snapshot.progress, service);
  const kept = await service.memory.flight(`basis ${seen.name}`, create);
  if (kept !== undefined) service.snapshots.learn(snapshot, seen.name, kept);
}

/** A failed write ends the saving and never fails the read. */
function failed(error: unknown, { log, metrics }: Service): undefined {
  metrics.count('SaveFailed');
  log.warn('an observation was not saved', { error: error instanceof Error ? error.message : String(error) });
  return undefined;
}
