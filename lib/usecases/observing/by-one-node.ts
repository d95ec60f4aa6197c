import type { BasisSeen } from '../../domain/basis.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import type { BasisDefinition } from '../../domain/pinned-state.ts';
import type { BasisReader, Chain } from '../../domain/ports/chain.ts';
import { readBasis } from './bases.ts';

/**
 * The chain by the word of one node alone. A basis too is read by the same node, and remembered by nobody: one from elsewhere
 * would bring somebody else's word in.
 */
export function throughOneNode(
  node: string,
  all: Pick<Chain, 'at'>,
  signal: AbortSignal,
): { readonly chain: Pick<Chain, 'at'>; readonly bases: BasisReader } {
  const chain: Pick<Chain, 'at'> = { at: (reading) => all.at({ ...reading, only: node }) };
  const readings = new Map<string, Promise<BasisSeen>>();
  const bases = ((definition: BasisDefinition, block: PinnedBlock) => {
    const reading = readings.get(definition.name) ?? readBasis(definition, { block, bases, signal }, chain);
    readings.set(definition.name, reading);
    return reading;
  }) as BasisReader;
  return { chain, bases };
}
