/** The recorded shapes: only the members that the dev chain reads. The rest of each answer is passed on unread. */
export interface BlockHeader {
  readonly parent_hash: string;
  readonly body_hash: string;
  readonly last_switch_block_hash: string | null;
  readonly state_root_hash: string;
  readonly era_id: number;
  readonly era_end: object | null;
  readonly height: number;
  readonly timestamp: string;
  readonly proposer: string;
}

export interface RecordedBlock {
  readonly hash: string;
  readonly header: BlockHeader;
  readonly body: {
    readonly transactions: Readonly<Record<string, readonly TransactionHash[]>>;
    readonly rewarded_signatures: readonly (readonly number[])[];
  };
}

export type TransactionKind = 'Version1' | 'Deploy';
export type TransactionHash = Readonly<Partial<Record<TransactionKind, string>>>;

export interface BlockAnswer {
  readonly block_with_signatures: {
    readonly block: { readonly Version2: RecordedBlock };
    readonly proofs: readonly object[];
  };
}

export interface NamedKey {
  readonly name: string;
  readonly key: string;
}

export interface RecordedAccount {
  readonly main_purse: string;
  readonly named_keys: readonly NamedKey[];
  readonly associated_keys?: readonly { readonly account_hash: string; readonly weight: number }[];
  readonly action_thresholds?: { readonly deployment: number; readonly key_management?: number };
}

/** One of these members, or another member that is only passed on. */
export interface StoredValue {
  readonly Account?: RecordedAccount;
  readonly Contract?: { readonly named_keys: readonly NamedKey[] };
  readonly CLValue?: object;
}

export interface Effect {
  readonly key: string;
  readonly kind: string | { readonly Write?: StoredValue } | Readonly<Record<string, unknown>>;
}

export interface ExecutionResult {
  readonly transfers: readonly object[];
  readonly effects: readonly Effect[];
}

export interface ExecutionInfo {
  readonly block_hash: string;
  readonly block_height: number;
  readonly execution_result: { readonly Version2?: ExecutionResult };
}

export interface TransactionAnswer {
  readonly api_version: string;
  readonly transaction: Readonly<Partial<Record<TransactionKind, { readonly hash: string }>>>;
  readonly execution_info: ExecutionInfo;
}

/** The value of a key or purse from `height` on. Without `value` the node found nothing. */
export interface Version<T> {
  readonly height: number;
  readonly value?: T;
}

export interface EraSummary {
  readonly block_hash: string;
  readonly era_id: number;
  readonly stored_value: object;
  readonly state_root_hash: string;
  readonly merkle_proof: string;
}

export interface RewardLine {
  readonly height: number;
  readonly validator: string;
  readonly delegator: string | null;
  readonly result?: Readonly<Record<string, unknown>>;
}

export interface Meta {
  readonly chainspec_name: string;
  readonly api_version: string;
  readonly status: Readonly<Record<string, unknown>> & { readonly peers: readonly object[] };
}
