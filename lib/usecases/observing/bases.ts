import { LRUCache } from 'lru-cache';
import type { BasisSeen } from '../../domain/basis.ts';
import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { soundBasis, verifiedThrough } from '../../domain/claim.ts';
import { abortIn, withTimeout } from '../../domain/deadline.ts';
import type { BasisDefinition } from '../../domain/pinned-state.ts';
import type { BasisReader, Chain, PinnedReading } from '../../domain/ports/chain.ts';
import type { Snapshots } from '../../domain/ports/process.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Limits } from '../../domain/service.ts';
import { storeDeadlineShare } from '../store-access.ts';
import { dependencyOn } from './observe.ts';

/** What a basis record keeps as its value. */
export interface StoredBasis {
  readonly value: object;
  readonly joined: object;
}

const rememberedReadings = 500;

interface Reading {
  readonly seen: Promise<BasisSeen>;
  /** Those that could be asked when it began. */
  readonly nodes: readonly string[];
}

/**
 * A basis at a block: the stored one if it is known at that very block, else one reading of the chain there, shared by
 * all who ask. The stored one may be of an earlier layout: it is never used beyond what is known of it.
 */
export function createBasisReader(service: {
  chain: Chain;
  snapshots: Snapshots;
  clock: Clock;
  limits: Limits;
}): BasisReader {
  const readings = new LRUCache<string, Reading>({ max: rememberedReadings });

  const reader = async (definition: BasisDefinition, block: PinnedBlock): Promise<BasisSeen> => {
    const key = `${definition.name}@${block.hash}`;
    // Asked each time: on another branch it says nothing of this block, which a reading of the chain always does.
    const stored = async () => withTimeout(knownAt(definition, block), service.limits.deadlineMs * storeDeadlineShare);
    const known = trusted(key) === undefined ? await stored() : undefined;
    if (known !== undefined) return known;
    let reading = trusted(key);
    if (reading === undefined) {
      reading = { seen: read(definition, block), nodes: service.chain.nodes() };
      readings.set(key, reading);
      reading.seen.catch(() => readings.delete(key));
    }
    return reading.seen;
  };

  /** Unless one of those who may have given it is not trusted any more. */
  function trusted(key: string): Reading | undefined {
    const nodes = service.chain.nodes();
    const reading = readings.get(key);
    return reading?.nodes.every((node) => nodes.includes(node)) ? reading : undefined;
  }

  async function knownAt(definition: BasisDefinition, block: PinnedBlock): Promise<BasisSeen | undefined> {
    try {
      const { snapshots, clock } = service;
      const own = await snapshots.withBases(await snapshots.current(), [definition.name]);
      const restsOn = own.basis(definition.name)?.bases.map(({ name }) => name) ?? [];
      const snapshot = await snapshots.withBases(own, restsOn);
      const now = clock.now();
      const stored = soundBasis(definition, snapshot, now);
      if (stored?.value == null || stored.block.height > block.height) return undefined;
      const through = verifiedThrough(stored, snapshot, definition.definition, now);
      return block.height <= through.height ? basisSeenOf(definition.name, stored) : undefined;
    } catch {
      // Without the store the chain still answers.
      return undefined;
    }
  }

  const read = (definition: BasisDefinition, block: PinnedBlock): Promise<BasisSeen> =>
    readBasis(
      definition,
      { block, bases: reader as BasisReader, signal: abortIn(service.limits.deadlineMs) },
      service.chain,
    );

  return reader as BasisReader;
}

/** One reading of the chain, proved like any other. */
export async function readBasis(
  definition: BasisDefinition,
  reading: PinnedReading,
  chain: Pick<Chain, 'at'>,
): Promise<BasisSeen> {
  const state = chain.at(reading);
  const seen = await definition.read(state);
  await state.proveAbsence();
  const { name, definition: digest } = definition;
  return {
    name,
    block: blockRef(reading.block),
    value: seen?.value,
    joined: seen?.joined,
    readSet: state.readSet(),
    bases: state.bases().map((basis) => dependencyOn(basis, reading.block.height)),
    definition: digest,
  };
}

/** A stored basis as a reading at its block saw it. */
export function basisSeenOf(name: string, record: EntityRecord): BasisSeen {
  const { value, joined } = record.value as StoredBasis;
  const { block, readSet, bases, definition } = record;
  return { name, block, value, joined, readSet, bases, definition };
}
