import type { BasisDependency, BasisSeen } from '../../domain/basis.ts';
import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { isOnAbandonedFork } from '../../domain/claim.ts';
import type { EntityDefinition, EntityRef, Known } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { BasisReader, Chain } from '../../domain/ports/chain.ts';
import type { Progress } from '../../domain/progress.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

export interface Observing {
  readonly definition: EntityDefinition;
  readonly ref: EntityRef;
  readonly block: PinnedBlock;
  /** The record, as far as it says anything of this branch (see `knownOn`). */
  readonly before: EntityRecord | undefined;
  /** Of sync alone (see Known). */
  readonly scanned?: Known['scanned'] | undefined;
  readonly signal: AbortSignal;
}

export interface Observed {
  readonly observation: Observation;
  readonly bases: readonly BasisSeen[];
}

/** What the chain says of an entity at a block, and everything that this rests on. */
export async function observe(
  { definition, ref, block, before, scanned, signal }: Observing,
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
  await state.proveAbsence();
  const bases = state.bases();
  const rests = reading?.final !== true;
  return {
    observation: {
      ref,
      value: reading?.value ?? null,
      probedValidators: union(before?.probedValidators ?? [], reading?.probedValidators ?? []),
      block: blockRef(block),
      readSet: rests ? state.readSet() : [],
      bases: rests ? bases.map((basis) => dependencyOn(basis, block.height)) : [],
      definition: definition.definition,
      validUntil: reading?.validUntil ?? null,
    },
    bases,
  };
}

/** What was read on a branch that never was says nothing of the value; only what was asked for it stays worth asking. */
export const knownOnFork = (
  progress: Progress | undefined,
  before: EntityRecord | undefined,
): EntityRecord | undefined =>
  before !== undefined && progress !== undefined && isOnAbandonedFork(before, progress)
    ? { ...before, value: null }
    : before;

const nodesTried = 10;

/** A node that turns out to have lost its state does not count any more: the others are asked, until none is left. */
export async function observeAnywhere(
  observing: Observing,
  service: Pick<Service, 'chain' | 'bases'>,
): Promise<Observed> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await observe(observing, service);
    } catch (error) {
      const retry = error instanceof ChainUnavailable && error.otherNodesMay && attempt < nodesTried;
      if (!retry || observing.signal.aborted) throw error;
    }
  }
}

/** What is kept of a basis that was rested on at a height. */
export const dependencyOn = ({ name, definition, joined }: BasisSeen, height: number): BasisDependency => ({
  name,
  height,
  definition,
  ...(joined === undefined ? {} : { joined }),
});

export const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])].sort();
