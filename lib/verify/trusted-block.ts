import { type ProvedHeader, provedHeaderOf } from '../chain/proof/block-proof.ts';
import { NotBytes } from '../chain/proof/bytes.ts';
import { claimedWeight, totalWeight, weightOf } from '../chain/proof/finality.ts';
import {
  advance,
  fromAnchor,
  signedShare,
  type TrustAnchor,
  type TrustedSwitchBlock,
  type Trusting,
  type TrustRefusal,
  weightShare,
} from '../chain/proof/trust-chain.ts';
import type { FullProof, SignedHeader } from '../domain/full-proof.ts';
import { type ProofRefusal, ProofRefused } from './proof-refused.ts';

export interface TrustedBlock {
  readonly header: ProvedHeader;
  /** The share of the era's weight that has signed it. */
  readonly weight: number;
  /** The newest switch block that is trusted now. */
  readonly newest: TrustedSwitchBlock;
}

const codes: Readonly<Record<TrustRefusal, ProofRefusal>> = {
  not_the_anchor: 'anchor',
  no_switch_block: 'anchor',
  era_unknown: 'era',
  too_little_weight: 'weight',
};

/** Rule PROOF-5: from the anchor over the switch blocks to the block. Each signature must hold, so that no byte goes unchecked. Throws ProofRefused. */
export function trustedBlock({ switchBlocks, block }: FullProof, anchor: TrustAnchor, chainName: string): TrustedBlock {
  const [first, ...later] = switchBlocks;
  if (first === undefined) throw new ProofRefused('anchor', 'no switch block is given');
  if (first.signatures.length > 0) throw new ProofRefused('signature', 'the anchor is trusted without signatures');
  let newest = trustedIn(fromAnchor(anchor, headerOf(first)), first);
  for (const next of later) {
    const header = signedHeaderOf(next, newest);
    const trusted = trustedIn(advance(newest, header, chainName), next);
    signedBy(header, newest, chainName);
    newest = trusted;
  }
  const header = signedHeaderOf(block, newest);
  trustedIn(signedShare(newest, header, chainName), block);
  const weight = weightShare(signedBy(header, newest, chainName), totalWeight(newest.nextWeights));
  // A switch block that is final is the next anchor itself.
  const itself = header.nextWeights === null ? undefined : advance(newest, header, chainName);
  return { header, weight, newest: itself !== undefined && 'value' in itself ? itself.value : newest };
}

/** Before a signature is verified, which takes longest: each is of a validator, and of each there is one. */
function signedHeaderOf(signed: SignedHeader, { nextWeights }: TrustedSwitchBlock): ProvedHeader {
  const signers = new Set(signed.signatures.map(({ publicKey }) => publicKey));
  const areValidators = [...signers].every((publicKey) => (nextWeights.get(publicKey) ?? 0n) > 0n);
  if (!areValidators || signers.size < signed.signatures.length)
    throw new ProofRefused('signature', `a signature of the block ${signed.hash} is of no validator, or there twice`);
  return headerOf(signed);
}

function headerOf(signed: SignedHeader): ProvedHeader {
  try {
    return provedHeaderOf(signed);
  } catch (error) {
    if (error instanceof NotBytes) throw new ProofRefused('header', error.message, error);
    throw error;
  }
}

/** The weight of all whose signatures are given: each must hold. */
function signedBy(header: ProvedHeader, { nextWeights }: TrustedSwitchBlock, chainName: string): bigint {
  const weight = claimedWeight(header, nextWeights);
  if (weightOf(header, nextWeights, chainName) !== weight)
    throw new ProofRefused('signature', `a signature of block ${header.height} does not hold`);
  return weight;
}

function trustedIn<Value>(trusting: Trusting<Value>, { hash }: SignedHeader): Value {
  if ('value' in trusting) return trusting.value;
  throw new ProofRefused(codes[trusting.refused], `the block ${hash} is not trusted: ${trusting.refused}`);
}
