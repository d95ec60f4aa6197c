import { LRUCache } from 'lru-cache';
import type { BasisSeen } from '../../domain/basis.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import { abortIn } from '../../domain/deadline.ts';
import type { BasisDefinition } from '../../domain/pinned-state.ts';
import type { BasisReader } from '../../domain/ports/chain.ts';
import type { Reconciliation } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { readBasis } from '../observing/bases.ts';
import { blockByHash } from '../observing/orphaned-block.ts';

/** What the records of a run are compared with. */
export interface ComparisonContext {
  readonly run: Reconciliation;
  /** undefined: no node knows the block of the run. */
  readonly block: PinnedBlock | undefined;
  /** Reads a basis from the chain at the block in question; never from the store, which is what is being verified. */
  readonly bases: BasisReader;
}

const rememberedBases = 500;

/** Shares between pages what they have in common: the block is read once, and a basis once per block. */
export function comparisonContexts(service: Service): (run: Reconciliation) => Promise<ComparisonContext> {
  const bases = basesOfChain(service);
  let block: PinnedBlock | undefined;
  return async (run) => {
    if (run.block !== null && block?.hash !== run.block.hash) block = await blockByHash(run.block.hash, service);
    return { run, block, bases };
  };
}

interface BasisReading {
  readonly seen: Promise<BasisSeen>;
  /** The nodes that were available when the reading began. */
  readonly nodes: readonly string[];
}

function basesOfChain({ chain, limits }: Service): BasisReader {
  const readings = new LRUCache<string, BasisReading>({ max: rememberedBases });

  const reader = ((definition: BasisDefinition, block: PinnedBlock) => {
    const key = `${definition.name} ${definition.definition}@${block.hash}`;
    const nodes = chain.nodes();
    const known = readings.get(key);
    // A reading is dropped when a node that may have answered it is suspected since.
    if (known?.nodes.every((node) => nodes.includes(node))) return known.seen;
    const seen = readBasis(definition, { block, bases: reader, signal: abortIn(limits.deadlineMs) }, chain);
    readings.set(key, { seen, nodes });
    seen.catch(() => readings.delete(key));
    return seen;
  }) as BasisReader;
  return reader;
}
