import type { PinnedBlock } from '../../domain/block.ts';
import { InvalidId } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import { atNewestTip } from './tip.ts';

/** One thing that the configuration names, held against the chain. */
export interface ConfigurationCheck {
  /** As the operator knows it: `the collection villas`. */
  readonly what: string;
  readonly packageHash: string;
  /** A sentence; null: the chain has it, and it can be read. */
  readonly problem: string | null;
}

/**
 * Whether the configured collections and the liquid-staking contract are on the chain, and can be read. Throws
 * ChainUnavailable where no node can tell.
 */
export async function checkConfiguration(
  { signal }: { readonly signal: AbortSignal },
  service: Service,
): Promise<readonly ConfigurationCheck[]> {
  const { configured } = service.shared;
  if (configured.length === 0) return [];
  const { progress } = await service.snapshots.current();
  return atNewestTip({ atLeast: 0, progress, signal, shared: undefined }, service, (block) =>
    Promise.all(
      configured.map(async ({ name, what, packageHash }) => ({
        what,
        packageHash,
        problem: await problemOf(name, packageHash, block, service),
      })),
    ),
  );
}

async function problemOf(
  name: string,
  packageHash: string,
  block: PinnedBlock,
  { shared, bases }: Pick<Service, 'shared' | 'bases'>,
): Promise<string | null> {
  const definition = shared.basis(name);
  if (definition === undefined) return null;
  try {
    const { value, unreadable } = await bases(definition, block);
    if (value !== undefined) return null;
    return unreadable ?? `the chain has no package ${packageHash}, or its contract lacks the configured named keys`;
  } catch (error) {
    if (error instanceof InvalidId) return error.message;
    throw error;
  }
}
