import { type BasisDependency, type BasisSeen, eraBasis } from '../../domain/basis.ts';
import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { isOnAbandonedFork } from '../../domain/claim.ts';
import type { EntityDefinition, EntityRef, Known } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { BasisReader, Chain } from '../../domain/ports/chain.ts';
import type { Progress } from '../../domain/progress.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import { proofOfReading } from './proof-of-reading.ts';
import type { Reading } from './unaffected-by-eras.ts';

export interface ObserveRequest {
  readonly definition: EntityDefinition;
  readonly ref: EntityRef;
  readonly block: PinnedBlock;
  /** The stored record, as far as it is known on this fork (see `knownOnFork`). */
  readonly before: EntityRecord | undefined;
  /** Set by sync alone (see `Known`). */
  readonly scanned?: Known['scanned'] | undefined;
  /** Whether no end of an era can change what was read; left out: it may (rule KIND-3). */
  readonly isUnaffected?: (reading: Reading) => Promise<boolean>;
  readonly signal: AbortSignal;
}

export interface Observed {
  readonly observation: Observation;
  readonly bases: readonly BasisSeen[];
  /** Why there is no value although the chain may have one: it was found and cannot be understood (rule ANSWER-4). */
  readonly unreadable?: string | undefined;
}

/** Reads an entity from the chain at a block, with the keys and bases that the value depends on. */
export async function observe(
  { definition, ref, block, before, scanned, isUnaffected, signal }: ObserveRequest,
  service: { readonly chain: Pick<Chain, 'at'>; readonly bases: BasisReader },
): Promise<Observed> {
  const { patience } = definition;
  const state = service.chain.at({ block, bases: service.bases, signal, patience });
  const known = before && {
    value: before.value,
    probedValidators: before.probedValidators,
    ...(scanned && { scanned }),
  };
  const reading = await definition.read(ref.id, state, known);
  // Rule KIND-1: a "not found" counts only at a state root that the node is shown to hold, whatever is concluded from it.
  await state.proveAbsence();
  const mayChange = reading?.final !== true;
  const isFree = reading !== undefined && (await isUnaffected?.({ value: reading.value, readSet: state.readSet() }));
  const bases = state.bases().filter(({ name }) => name !== eraBasis || isFree !== true);
  return {
    observation: {
      ref,
      value: reading?.value ?? null,
      probedValidators: union(before?.probedValidators ?? [], reading?.probedValidators ?? []),
      block: blockRef(block),
      readSet: mayChange ? state.readSet() : [],
      bases: mayChange ? bases.map((basis) => dependencyOn(basis, block.height)) : [],
      definition: definition.definition,
      validUntil: reading?.validUntil ?? null,
      proof: await proofOfReading(state, reading === undefined),
    },
    bases,
    ...(reading === undefined && { unreadable: bases.find(({ unreadable }) => unreadable !== undefined)?.unreadable }),
  };
}

/** A record of an abandoned fork keeps only the validators that it was asked of: its value is unknown (rule FOLLOW-8). */
export const knownOnFork = (
  progress: Progress | undefined,
  before: EntityRecord | undefined,
): EntityRecord | undefined =>
  before !== undefined && progress !== undefined && isOnAbandonedFork(before, progress)
    ? { ...before, value: null }
    : before;

/** Reads the entity again through other nodes when a node turns out to have lost its state, until no node is left. */
export const observeAnywhere = (
  request: ObserveRequest,
  service: { readonly chain: Pick<Chain, 'at'>; readonly bases: BasisReader },
): Promise<Observed> => anywhere(request.signal, () => observe(request, service));

const nodesTried = 10;

/** The same of any reading. */
export async function anywhere<Read>(signal: AbortSignal, read: () => Promise<Read>): Promise<Read> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      const retry = error instanceof ChainUnavailable && error.otherNodesMay && attempt < nodesTried;
      if (!retry || signal.aborted) throw error;
    }
  }
}

/** What an observation at a height keeps of a basis that it depends on. */
export const dependencyOn = ({ name, definition, joined }: BasisSeen, height: number): BasisDependency => ({
  name,
  height,
  definition,
  ...(joined === undefined ? {} : { joined }),
});

export const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])].sort();
