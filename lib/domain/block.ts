/** A block as answers name it: height, hash (64 hex digits) and timestamp (ISO 8601, UTC). */
export interface BlockRef {
  readonly height: number;
  readonly hash: string;
  readonly timestamp: string;
}

/** The three members alone: what is stored, and what digests cover, of a block with further members. */
export const blockRef = ({ height, hash, timestamp }: BlockRef): BlockRef => ({ height, hash, timestamp });

/** The block that a reading is pinned to. `proposer` is a public key in hex, or "00" for the system (genesis). */
export interface PinnedBlock extends BlockRef {
  readonly eraId: number;
  readonly proposer: string;
}

/** What a block's header says. */
export interface ChainHeader {
  readonly block: PinnedBlock;
  readonly parentHash: string;
  readonly protocolVersion: string;
  /** The block ends an era: state changed that no transaction names. */
  readonly isSwitchBlock: boolean;
}

/**
 * A key of global state, normalised so that readers and written effects use the same text: lower-case hex, URefs as
 * `uref-<address>` without access rights, balances as `balance-<purse address>` (their holds are the same key).
 * Some kinds exist only here: `stake-<account hash>` (any bid key that names the account), `transaction-<hash>` (written by
 * the block that executes it), `seed-<address>` (any item of that dictionary), and two that only bases watch (see `eraKey`).
 */
export type StateKey = string;
