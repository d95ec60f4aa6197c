import { type EntityDefinition, refKey } from '../../domain/entity.ts';
import type { Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

interface Interrupting {
  readonly definition: EntityDefinition;
  readonly seen: Observation;
  readonly fork: number;
  /** Completes a sentence about the entity. */
  readonly why: string;
}

/**
 * Rule COLLECT-4: a record that stops to say what the chain has costs its collection its wholeness, at once: a reader may be ahead of
 * sync. Before the record changes. Throws StoreUnavailable.
 */
export async function interruptCollection(
  { definition, seen: { ref, block }, fork, why }: Interrupting,
  { collections, clock }: Pick<Service, 'collections' | 'clock'>,
): Promise<void> {
  // A collection's own record is on no list.
  const collection = ref.id.includes(':') ? definition.collectionOf?.(ref.id) : undefined;
  if (collection === undefined) return;
  const at = new Date(clock.now()).toISOString();
  await collections.interrupt(collection, { height: block.height, fork, reason: `${refKey(ref)} ${why}`, at });
}
