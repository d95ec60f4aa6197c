/** The newest trusted switch block, which all processes share (rule PROOF-3). */
export interface StoredTrust {
  readonly network: string;
  /** The switch block that it grew from: configured, or agreed on by most nodes at first. */
  readonly anchor: { readonly height: number; readonly hash: string };
  readonly height: number;
  readonly hash: string;
  readonly eraId: number;
  /** Of the era that follows: by public key in hex, a decimal string. */
  readonly weights: Readonly<Record<string, string>>;
  /** The hash of the switch block below it; null: there is none. */
  readonly below: string | null;
}

/** What happens to a value of a block that too few validators are known to have signed (rule PROOF-4). */
export type UnsignedPolicy = 'refuse' | 'label';

/** Why readings are not known to be signed. */
export interface SignatureProblem {
  readonly code: 'no_trust' | 'not_signed';
  readonly reason: string;
}
