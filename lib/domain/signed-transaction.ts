/** A signed transaction that has passed every check that needs no node. */
export interface SignedTransaction {
  readonly kind: 'Version1' | 'Deploy';
  /** 64 hex digits. */
  readonly hash: string;
  /** The JSON text of the transaction exactly as it was received: numbers keep all their digits. */
  readonly transaction: string;
  /** As the transaction names it: a public key in hex, or `account-hash-…`. */
  readonly initiator: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** As the transaction spells it. */
  readonly ttl: string;
}

/** What a submission is checked against. */
export interface SubmissionTerms {
  /** The chain's name, which the transaction must have. */
  readonly network: string;
  /** Milliseconds since the epoch, by the wall clock. */
  readonly now: number;
  /** The time of the newest block, in milliseconds since the epoch; undefined: it is not known. */
  readonly chainTime: number | undefined;
}
