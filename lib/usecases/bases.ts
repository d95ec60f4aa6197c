import { LRUCache } from 'lru-cache';
import type { BasisDefinition, BasisSeen } from '../domain/basis.ts';
import type { BasisReader, Chain, PinnedBlock } from '../domain/chain.ts';
import { type Claimed, verifiedThrough } from '../domain/claim.ts';
import type { EntityRecord } from '../domain/record.ts';
import type { Clock, Limits, Snapshots } from '../domain/service.ts';

/** What a basis record keeps as its value. */
export interface StoredBasis {
  readonly value: object;
  readonly joined: object;
}

const rememberedReadings = 500;

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
  const readings = new LRUCache<string, Promise<BasisSeen>>({ max: rememberedReadings });

  const reader = async (definition: BasisDefinition, block: PinnedBlock): Promise<BasisSeen> => {
    const key = `${definition.name}@${block.hash}`;
    let reading = readings.get(key);
    if (reading === undefined) {
      reading = knownAt(definition, block).then((stored) => stored ?? read(definition, block));
      readings.set(key, reading);
      reading.catch(() => readings.delete(key));
    }
    return reading;
  };

  async function knownAt(definition: BasisDefinition, block: PinnedBlock): Promise<BasisSeen | undefined> {
    const { name } = definition;
    const record = await service.snapshots
      .current()
      .then((snapshot) => service.snapshots.withBases(snapshot, [name]))
      .then((snapshot) => {
        const stored = snapshot.basis(name);
        const known = stored !== undefined && isKnownAt(stored, block, snapshot, definition, service.clock.now());
        return known ? stored : undefined;
      })
      // Without the store the chain still answers.
      .catch(() => undefined);
    return record && seenOf(name, record);
  }

  async function read(definition: BasisDefinition, block: PinnedBlock): Promise<BasisSeen> {
    const state = service.chain.at(block, reader as BasisReader, AbortSignal.timeout(service.limits.deadlineMs));
    const seen = await definition.read(state);
    if (seen === undefined) await state.proveAbsence();
    const { name, definition: digest } = definition;
    const { height, hash, timestamp } = block;
    return {
      name,
      block: { height, hash, timestamp },
      value: seen?.value,
      joined: seen?.joined,
      readSet: state.readSet(),
      definition: digest,
    };
  }

  return reader as BasisReader;
}

function isKnownAt(
  stored: EntityRecord,
  block: PinnedBlock,
  snapshot: Parameters<typeof verifiedThrough>[1],
  { definition }: BasisDefinition,
  now: number,
): boolean {
  if (stored.value === null || stored.definition !== definition) return false;
  const through = verifiedThrough(stored as Claimed, snapshot, definition, now);
  return stored.block.height <= block.height && block.height <= through.height;
}

function seenOf(name: string, record: EntityRecord): BasisSeen {
  const { value, joined } = record.value as StoredBasis;
  return { name, block: record.block, value, joined, readSet: record.readSet, definition: record.definition };
}
