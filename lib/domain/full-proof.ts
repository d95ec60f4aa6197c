import type { BalanceHold } from './pinned-state.ts';
import type { UnprovedPart } from './proof.ts';

/** A block's header, as nodes write it in JSON, with what its hash should be and who signed that. */
export interface SignedHeader {
  readonly hash: string;
  readonly header: object;
  /** Public keys and signatures in hex, each with the byte of its algorithm. */
  readonly signatures: readonly { readonly publicKey: string; readonly signature: string }[];
}

/** What nodes say of the value without a proof. A member is there only where the value was made of it. */
export interface ClaimedParts {
  readonly balance?: { readonly available: string; readonly holds: readonly BalanceHold[] | null };
  /** Public keys of the validators that the account holds something with, and its own if it was asked, sorted; null: no node serves the list of all bids. */
  readonly stakes?: readonly string[] | null;
  /** The same of all validators that were asked. */
  readonly validators?: readonly string[];
  readonly rewards?: { readonly era: number; readonly amount: string } | null;
}

/** What readings of one block take note of, so that the value can be made again without a node. */
export interface CollectedProofs {
  readonly proofs: Map<string, string>;
  readonly absent: Set<string>;
  readonly claimed: { -readonly [Name in keyof ClaimedParts]: ClaimedParts[Name] };
}

/**
 * All that a value was made of at one block, so that anyone can make it again and check each part without a node (rule PROOF-5). It is
 * sent as JSON, and believed in nothing.
 */
export interface FullProof {
  readonly format: 1;
  readonly chainName: string;
  readonly block: SignedHeader;
  /**
   * The way from what a caller trusts to the validators of the block's era: first a switch block whose hash the caller knows, without
   * signatures, then those that validators of more than two thirds of the weight known so far have signed. The last one is that of the era before the block's.
   */
  readonly switchBlocks: readonly SignedHeader[];
  /** Merkle proofs in hex, by the keys of global state. */
  readonly proofs: Readonly<Record<string, string>>;
  /** Keys of global state that a node says are not there. */
  readonly absent: readonly string[];
  readonly claimed: ClaimedParts;
  /** Of the service's configuration, what the value depends on: names and pointers of a collection, the liquid-staking contract. */
  readonly settings: { readonly collections: object; readonly liquidStaking: object | null };
}

/** What a caller who has checked a full proof still takes on trust. */
export type UnprovedMember =
  | UnprovedPart
  /** The service's configuration of a collection or of liquid staking. */
  | 'settings'
  /** What an application keeps itself, and how many tokens of a collection the service knows. */
  | 'local'
  | 'tokens';
