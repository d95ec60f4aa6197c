import type { SignedHeader } from '../../domain/full-proof.ts';
import { NotBytes } from './bytes.ts';
import type { SignedBlock, Weights } from './finality.ts';
import { headerHash } from './header-hash.ts';

/** What a block's header says, where the header has the hash that validators signed. */
export interface ProvedHeader extends SignedBlock {
  /** Of a switch block alone. */
  readonly nextWeights: Weights | null;
  /** The newest switch block below this one; null: there is none. */
  readonly lastSwitchBlockHash: string | null;
  /** As nodes write it: what was hashed. */
  readonly json: object;
}

interface Header {
  readonly era_id: number;
  readonly height: number;
  readonly last_switch_block_hash?: string | null;
  readonly era_end: {
    readonly next_era_validator_weights: readonly { readonly validator: string; readonly weight: string }[];
  } | null;
}

/**
 * A block of 2.x as an answer of `chain_get_block` has it, with the signatures that came with it: nothing is checked yet. undefined for
 * a block of 1.x, whose form is another one.
 */
function signedHeaderIn(answer: unknown): SignedHeader | undefined {
  const { block, proofs } =
    (answer as { block_with_signatures?: { block?: object; proofs?: unknown } })?.block_with_signatures ?? {};
  const version2 = (block as { Version2?: { hash?: unknown; header?: unknown } } | undefined)?.Version2;
  if (version2 === undefined) return undefined;
  return { hash: String(version2.hash), header: version2.header as object, signatures: signaturesIn(proofs) };
}

/** What such an answer says, where the header has the hash that the block claims; else throws NotBytes. */
export function provedHeader(answer: unknown): ProvedHeader | undefined {
  const signed = signedHeaderIn(answer);
  return signed && provedHeaderOf(signed);
}

/** Throws NotBytes where the header does not have this hash. */
export function provedHeaderOf({ hash, header: json, signatures }: SignedHeader): ProvedHeader {
  if (headerHash(json) !== hash) throw new NotBytes('a header that does not have the hash of its block');
  // Its members have the form that they were hashed in.
  const header = json as Header;
  return {
    hash,
    height: header.height,
    eraId: header.era_id,
    signatures,
    nextWeights: header.era_end && weightsIn(header.era_end.next_era_validator_weights),
    lastSwitchBlockHash: header.last_switch_block_hash ?? null,
    json,
  };
}

const weightsIn = (weights: readonly { readonly validator: string; readonly weight: string }[]): Weights =>
  new Map(weights.map(({ validator, weight }) => [validator, BigInt(weight)]));

/** Ten times as many as mainnet has validators. */
const mostSignatures = 1_000;
/** In hex: the longest public key, and each signature. */
const [longestKey, signatureLength] = [68, 130];

/** Nothing of them is checked yet: a node could send megabytes. */
function signaturesIn(proofs: unknown): SignedBlock['signatures'] {
  if (!Array.isArray(proofs)) return [];
  return proofs.slice(0, mostSignatures).flatMap((entry) => {
    const { public_key: publicKey, signature } = (entry ?? {}) as { public_key?: unknown; signature?: unknown };
    if (typeof publicKey !== 'string' || typeof signature !== 'string') return [];
    if (publicKey.length > longestKey || signature.length !== signatureLength) return [];
    // Bytes have two spellings, and weights are known by one.
    return [{ publicKey: publicKey.toLowerCase(), signature: signature.toLowerCase() }];
  });
}
