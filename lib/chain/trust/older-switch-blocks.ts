import type { KnownSwitchBlock } from './advance-trust.ts';
import type { Asking, SignedBlocks } from './signed-blocks.ts';

export interface SteppingBack {
  readonly blocks: Pick<SignedBlocks, 'byHash'>;
  readonly asking: Asking;
  /** The switch block of an era, where it is known. */
  readonly known: (eraId: number) => KnownSwitchBlock | undefined;
  /** Called with each switch block on the way: what was reached is kept, whatever comes later. */
  readonly onStep: (known: KnownSwitchBlock) => void;
  /** No switch block is looked for below that of this era. */
  readonly lowestEra: number;
}

/**
 * Rule PROOF-3: the newest switch block below a height, from a trusted one at or above it. Each names the one below it by its hash, which
 * one block alone has, so that what a trusted one names is the chain's. undefined: it is too many eras down, or of 1.x. Throws
 * ChainUnavailable where no node has one that is on the way.
 */
export async function olderSwitchBlock(
  height: number,
  from: KnownSwitchBlock,
  stepping: SteppingBack,
): Promise<KnownSwitchBlock | undefined> {
  let at = from;
  while (at.height >= height) {
    if (at.eraId <= stepping.lowestEra) return undefined;
    const below: KnownSwitchBlock | undefined = stepping.known(at.eraId - 1) ?? (await namedBelow(at, stepping));
    if (below === undefined) return undefined;
    at = below;
  }
  return at;
}

async function namedBelow(
  above: KnownSwitchBlock,
  { blocks, asking, onStep }: SteppingBack,
): Promise<KnownSwitchBlock | undefined> {
  if (above.below === null) return undefined;
  const header = await blocks.byHash({ hash: above.below }, asking);
  if (header === undefined || header.nextWeights === null || header.eraId + 1 !== above.eraId) return undefined;
  const { hash, height, eraId, nextWeights, lastSwitchBlockHash: below } = header;
  const known = { hash, height, eraId, nextWeights, below };
  onStep(known);
  return known;
}
