import { LRUCache } from 'lru-cache';
import type { BasisSeen } from '../../domain/basis.ts';
import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { soundBasis, verifiedThrough } from '../../domain/claim.ts';
import { abortIn, withTimeout } from '../../domain/deadline.ts';
import type { BasisDefinition } from '../../domain/pinned-state.ts';
import type { BasisReader, Chain, PinnedReading } from '../../domain/ports/chain.ts';
import type { Snapshots } from '../../domain/ports/process.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import { notAsked } from '../../domain/proof.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Limits } from '../../domain/service.ts';
import { storeDeadlineShare } from '../store-access.ts';
import { dependencyOn } from './observe.ts';
import { proofOfReading } from './proof-of-reading.ts';

/** What a basis record keeps as its value. */
export interface StoredBasis {
  readonly value: object;
  readonly joined: object;
}

const rememberedReadings = 500;

interface BasisReading {
  readonly seen: Promise<BasisSeen>;
  /** The nodes that could answer when the reading began. */
  readonly nodes: readonly string[];
}

/**
 * Gives a basis at a block: the stored basis if it is known at that block, else one reading of the chain, shared by
 * concurrent callers. The stored basis may be of an earlier layout, so it is never used beyond the height through which
 * it is verified (rule BASIS-1).
 */
export function createBasisReader(service: {
  chain: Chain;
  snapshots: Snapshots;
  clock: Clock;
  limits: Limits;
}): BasisReader {
  const readings = new LRUCache<string, BasisReading>({ max: rememberedReadings });

  const reader = async (definition: BasisDefinition, block: PinnedBlock): Promise<BasisSeen> => {
    const key = `${definition.name}@${block.hash}`;
    // The stored basis is looked up each time and not kept here: after a rewind it may not hold at this block.
    const stored = async () => withTimeout(knownAt(definition, block), service.limits.deadlineMs * storeDeadlineShare);
    const known = trustedReading(key) === undefined ? await stored() : undefined;
    if (known !== undefined) return known;
    let reading = trustedReading(key);
    if (reading === undefined) {
      reading = { seen: read(definition, block), nodes: service.chain.nodes() };
      readings.set(key, reading);
      reading.seen.catch(() => readings.delete(key));
    }
    return reading.seen;
  };

  /** Undefined as well where a node that may have answered the reading is no longer trusted. */
  function trustedReading(key: string): BasisReading | undefined {
    const nodes = service.chain.nodes();
    const reading = readings.get(key);
    return reading?.nodes.every((node) => nodes.includes(node)) ? reading : undefined;
  }

  async function knownAt(definition: BasisDefinition, block: PinnedBlock): Promise<BasisSeen | undefined> {
    try {
      const { snapshots, clock } = service;
      const own = await snapshots.withBases(await snapshots.current(), [definition.name]);
      const dependsOn = own.basis(definition.name)?.bases.map(({ name }) => name) ?? [];
      const snapshot = await snapshots.withBases(own, dependsOn);
      const now = clock.now();
      const stored = soundBasis(definition, snapshot, now);
      if (stored?.value == null || stored.block.height > block.height) return undefined;
      const through = verifiedThrough(stored, snapshot, definition.definition, now);
      return block.height <= through.height ? basisSeenOf(definition.name, stored) : undefined;
    } catch {
      // A failing store does not fail the read: the basis is read from the chain.
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

/** Reads a basis from the chain, with absence proofs (rule KIND-1). */
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
    ...(seen === undefined || 'unreadable' in seen ? { value: undefined, joined: undefined, ...seen } : seen),
    readSet: state.readSet(),
    bases: state.bases().map((basis) => dependencyOn(basis, reading.block.height)),
    definition: digest,
    proof: await proofOfReading(state, seen === undefined || 'unreadable' in seen),
  };
}

/** A chain, and bases that are read through it alone: each once, and shared with no other reading. */
export function readAlone(
  chain: Pick<Chain, 'at'>,
  signal: AbortSignal,
): { readonly chain: Pick<Chain, 'at'>; readonly bases: BasisReader } {
  const readings = new Map<string, Promise<BasisSeen>>();
  const bases = ((definition: BasisDefinition, block: PinnedBlock) => {
    const reading = readings.get(definition.name) ?? readBasis(definition, { block, bases, signal }, chain);
    readings.set(definition.name, reading);
    // Another node may read what this one could not.
    reading.catch(() => readings.delete(definition.name));
    return reading;
  }) as BasisReader;
  return { chain, bases };
}

/** The stored basis in the form of a reading at its own block. */
export function basisSeenOf(name: string, record: EntityRecord): BasisSeen {
  const { value, joined } = record.value as StoredBasis;
  const { block, readSet, bases, definition, proof } = record;
  return { name, block, value, joined, readSet, bases, definition, proof: proof ?? notAsked };
}
