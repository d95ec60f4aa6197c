import { NotBytes } from './bytes.ts';
import type { SignedBlock, Weights } from './finality.ts';
import { headerHash } from './header-hash.ts';

/** What a block's header says, where the header has the hash that validators signed. */
export interface ProvedHeader extends SignedBlock {
  /** Of a switch block alone. */
  readonly nextWeights: Weights | null;
  /** The newest switch block below this one; null: there is none. */
  readonly lastSwitchBlockHash: string | null;
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
 * The header of a block of 2.x with the signatures that came with it, from an answer of `chain_get_block`. undefined for a block of 1.x,
 * whose form is another one. Throws NotBytes where the header does not have the hash that the block claims.
 */
export function provedHeader(answer: unknown): ProvedHeader | undefined {
  const { block, proofs } =
    (answer as { block_with_signatures?: { block?: object; proofs?: unknown } })?.block_with_signatures ?? {};
  const version2 = (block as { Version2?: { hash?: unknown; header?: unknown } } | undefined)?.Version2;
  if (version2 === undefined) return undefined;
  const hash = headerHash(version2.header);
  if (hash !== version2.hash) throw new NotBytes('a header that does not have the hash of its block');
  // Its members have the form that they were hashed in.
  const header = version2.header as Header;
  return {
    hash,
    height: header.height,
    eraId: header.era_id,
    signatures: signaturesIn(proofs),
    nextWeights: header.era_end && weightsIn(header.era_end.next_era_validator_weights),
    lastSwitchBlockHash: header.last_switch_block_hash ?? null,
  };
}

const weightsIn = (weights: readonly { readonly validator: string; readonly weight: string }[]): Weights =>
  new Map(weights.map(({ validator, weight }) => [validator, BigInt(weight)]));

function signaturesIn(proofs: unknown): SignedBlock['signatures'] {
  if (!Array.isArray(proofs)) return [];
  return proofs.flatMap((entry) => {
    const { public_key: publicKey, signature } = (entry ?? {}) as { public_key?: unknown; signature?: unknown };
    return typeof publicKey === 'string' && typeof signature === 'string' ? [{ publicKey, signature }] : [];
  });
}
