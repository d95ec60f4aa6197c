import type { BlockRef } from './block.ts';

/**
 * What a node sent that does not hold: a Merkle proof that leads to another root or key; a header or body without its hash; results
 * without their checksum; a block that the node named with members of another; one where validators have signed another.
 */
export type RefutedPart =
  | 'merkle_proof'
  | 'block_header'
  | 'block_body'
  | 'execution_results'
  | 'reported_block'
  | 'other_block';

/** Kept with the node that is barred for it (rule AUDIT-6). */
export interface Evidence {
  readonly refuted: RefutedPart;
  /** The key that was asked for; null: it is about a block. */
  readonly key: string | null;
  readonly block: BlockRef;
  /** What it should have led to. */
  readonly expected: {
    readonly of: 'state_root' | 'block_hash' | 'body_hash' | 'execution_results_checksum';
    readonly hash: string;
  };
  readonly sent: SentPart;
}

export interface SentPart {
  /** BLAKE2b-256, in hex, of the text in UTF-8. */
  readonly blake2b: string;
  /** How long the text is. */
  readonly bytes: number;
  /** null: it is too long to be kept, or could hold anything. */
  readonly text: string | null;
}

/** `sent` is made only where it is written down: what a node sends may be megabytes long. */
export interface FoundEvidence extends Omit<Evidence, 'sent'> {
  sent(): Promise<SentPart>;
}

/** Rule AUDIT-6: a node may lie a thousand times a minute. One entry of each kind in so many milliseconds shows it. */
export const evidenceEveryMs = 3_600_000;
