import type { BasisRested, BasisSeen } from '../domain/basis.ts';
import type { PinnedBlock } from '../domain/chain.ts';
import type { EntityDefinition, EntityRef } from '../domain/entity.ts';
import type { EntityRecord, Observation } from '../domain/record.ts';
import type { Service } from '../domain/service.ts';

export interface Observing {
  readonly definition: EntityDefinition;
  readonly ref: EntityRef;
  readonly block: PinnedBlock;
  readonly before: EntityRecord | undefined;
  readonly signal: AbortSignal;
}

export interface Observed {
  readonly observation: Observation;
  readonly bases: readonly BasisSeen[];
}

/** What the chain says of an entity at a block, and everything that this rests on. */
export async function observe(
  { definition, ref, block, before, signal }: Observing,
  service: Pick<Service, 'chain' | 'bases'>,
): Promise<Observed> {
  const { patience } = definition;
  const state = service.chain.at({ block, bases: service.bases, signal, patience });
  const known = before && { value: before.value, beside: before.beside };
  const reading = await definition.read(ref.id, state, known);
  await state.proveAbsence();
  const { height, hash, timestamp } = block;
  const bases = state.bases();
  const rests = reading?.final !== true;
  return {
    observation: {
      ref,
      value: reading?.value ?? null,
      beside: union(before?.beside ?? [], reading?.beside ?? []),
      block: { height, hash, timestamp },
      readSet: rests ? state.readSet() : [],
      bases: rests ? bases.map((basis) => restedOn(basis, height)) : [],
      definition: definition.definition,
      holdsUntil: reading?.holdsUntil ?? null,
    },
    bases,
  };
}

/** What is kept of a basis that was rested on at a height. */
export const restedOn = ({ name, definition, joined }: BasisSeen, height: number): BasisRested => ({
  name,
  height,
  definition,
  ...(joined === undefined ? {} : { joined }),
});

export const union = (one: readonly string[], other: readonly string[]): string[] =>
  [...new Set([...one, ...other])].sort();
