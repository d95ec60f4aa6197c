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

/** What records are held against. */
export interface ComparisonContext {
  readonly run: Reconciliation;
  /** undefined: no node can be asked about it. */
  readonly block: PinnedBlock | undefined;
  /** Read from the chain at the block in question, and never taken from what is to be proved. */
  readonly bases: BasisReader;
}

const rememberedBases = 500;

/** Keeps what pages have in common: the block is asked for once, and a basis once per block. */
export function createComparison(service: Service): (run: Reconciliation) => Promise<ComparisonContext> {
  const bases = basesOfChain(service);
  let block: PinnedBlock | undefined;
  return async (run) => {
    if (run.block !== null && block?.hash !== run.block.hash) block = await blockByHash(run.block.hash, service);
    return { run, block, bases };
  };
}

interface Reading {
  readonly seen: Promise<BasisSeen>;
  /** Those that could be asked when it began. */
  readonly nodes: readonly string[];
}

function basesOfChain({ chain, limits }: Service): BasisReader {
  const readings = new LRUCache<string, Reading>({ max: rememberedBases });

  const reader = ((definition: BasisDefinition, block: PinnedBlock) => {
    const key = `${definition.name} ${definition.definition}@${block.hash}`;
    const nodes = chain.nodes();
    const known = readings.get(key);
    // Unless one of those who may have given it is not trusted any more.
    if (known?.nodes.every((node) => nodes.includes(node))) return known.seen;
    const seen = readBasis(definition, { block, bases: reader, signal: abortIn(limits.deadlineMs) }, chain);
    readings.set(key, { seen, nodes });
    seen.catch(() => readings.delete(key));
    return seen;
  }) as BasisReader;
  return reader;
}
