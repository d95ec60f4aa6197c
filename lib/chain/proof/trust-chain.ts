import type { ProvedHeader } from './block-proof.ts';
import { isFinal, totalWeight, type Weights, weightOf } from './finality.ts';

/** Rule PROOF-3. A switch block that is trusted: it names who signs the blocks of the next era. */
export interface TrustedSwitchBlock {
  readonly hash: string;
  readonly height: number;
  readonly eraId: number;
  readonly nextWeights: Weights;
}

/** A switch block's height and hash, from outside. */
export interface TrustAnchor {
  readonly height: number;
  readonly hash: string;
}

export type TrustRefusal =
  /** The header is not that of the anchor. */
  | 'not_the_anchor'
  /** It names no validators. */
  | 'no_switch_block'
  /** It is below what is trusted, or of an era whose validators are not known. */
  | 'era_unknown'
  /** Validators of two thirds of the weight, or of less, have signed it. */
  | 'too_little_weight';

export type Trusting<Value> = { readonly value: Value } | { readonly refused: TrustRefusal };

/** Where trust begins: the header must have the anchor's hash. */
export function fromAnchor(anchor: TrustAnchor, header: ProvedHeader): Trusting<TrustedSwitchBlock> {
  if (header.hash !== anchor.hash || header.height !== anchor.height) return { refused: 'not_the_anchor' };
  return asSwitchBlock(header);
}

/**
 * The share of its era's weight that is known to have signed a block of the era after a trusted switch block; more than two thirds. No
 * more signatures are verified than suffice: more may have signed.
 */
export function signedShare(trusted: TrustedSwitchBlock, block: ProvedHeader, chainName: string): Trusting<number> {
  if (block.eraId !== trusted.eraId + 1 || block.height <= trusted.height) return { refused: 'era_unknown' };
  const total = totalWeight(trusted.nextWeights);
  const weight = weightOf(block, trusted.nextWeights, chainName, (sum) => isFinal(sum, total));
  return isFinal(weight, total) ? { value: weightShare(weight, total) } : { refused: 'too_little_weight' };
}

/**
 * A later switch block, trusted since validators that are known already, of more than two thirds of the weight, have signed it. Mostly
 * that of the next era; one of a later era where so many of the known validators still sign.
 */
export function advance(
  trusted: TrustedSwitchBlock,
  header: ProvedHeader,
  chainName: string,
): Trusting<TrustedSwitchBlock> {
  if (header.eraId <= trusted.eraId || header.height <= trusted.height) return { refused: 'era_unknown' };
  const total = totalWeight(trusted.nextWeights);
  const weight = weightOf(header, trusted.nextWeights, chainName, (sum) => isFinal(sum, total));
  return isFinal(weight, total) ? asSwitchBlock(header) : { refused: 'too_little_weight' };
}

function asSwitchBlock({ hash, height, eraId, nextWeights }: ProvedHeader): Trusting<TrustedSwitchBlock> {
  if (nextWeights === null || totalWeight(nextWeights) === 0n) return { refused: 'no_switch_block' };
  return { value: { hash, height, eraId, nextWeights } };
}

/** To four digits, rounded down: what is not quite all is not 1. */
export const weightShare = (weight: bigint, total: bigint): number => Number((weight * 10_000n) / total) / 10_000;
