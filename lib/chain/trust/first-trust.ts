import { ChainUnavailable } from '../../domain/errors.ts';
import type { StoredTrust } from '../../domain/trust.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import type { ProvedHeader } from '../proof/block-proof.ts';
import { fromAnchor, type TrustAnchor } from '../proof/trust-chain.ts';
import { asKnown, type KnownSwitchBlock } from './advance-trust.ts';
import type { Asking, SignedBlocks } from './signed-blocks.ts';

/** Rule PROOF-3: from the configured anchor. Throws ChainUnavailable where no node has that block, or it is no switch block. */
export async function trustInAnchor(
  anchor: TrustAnchor,
  blocks: SignedBlocks,
  { signal }: Asking,
): Promise<KnownSwitchBlock> {
  const header = await blocks.byHash(anchor, { signal });
  const known = header && asKnown(fromAnchor(anchor, header), header);
  if (known !== undefined) return known;
  throw new ChainUnavailable(
    `ASTAKE_ANCHOR is no switch block of 2.x: block ${anchor.height} with the hash ${anchor.hash}`,
  );
}

/**
 * Rule PROOF-3: without an anchor, the newest switch block below a block, where more than half of the configured nodes have it at its
 * height. A node that does not answer does not agree. undefined: they do not agree, or it is a block of 1.x.
 */
export async function agreedTrust(
  header: ProvedHeader,
  blocks: SignedBlocks,
  upstreams: Pick<Upstreams, 'size'>,
  asking: Asking,
): Promise<KnownSwitchBlock | undefined> {
  const { lastSwitchBlockHash: hash } = header;
  const switchBlock = hash === null ? undefined : await blocks.byHash({ hash }, asking);
  if (switchBlock === undefined || switchBlock.eraId + 1 !== header.eraId) return undefined;
  const given = await blocks.atHeight(switchBlock.height, asking.signal);
  const agreeing = given.filter((one) => one.header.hash === switchBlock.hash).length;
  if (agreeing * 2 <= upstreams.size) return undefined;
  return asKnown(fromAnchor(switchBlock, switchBlock), switchBlock);
}

export const asStored = (
  { hash, height, eraId, nextWeights, below }: KnownSwitchBlock,
  network: string,
  anchor: TrustAnchor,
): StoredTrust => ({
  network,
  anchor: { height: anchor.height, hash: anchor.hash },
  height,
  hash,
  eraId,
  weights: Object.fromEntries([...nextWeights].map(([key, weight]) => [key, String(weight)])),
  below,
});

export const ofStored = ({ hash, height, eraId, weights, below }: StoredTrust): KnownSwitchBlock => ({
  hash,
  height,
  eraId,
  below,
  nextWeights: new Map(Object.entries(weights).map(([key, weight]) => [key, BigInt(weight)])),
});
