/** One input from the field: a recorded chain that is amended, what is asked of it, and the right answer. */
export interface FieldCase {
  readonly title: string;
  readonly given: Given;
  /** Method and path. */
  readonly request: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** True: with the operator's key. */
  readonly operator?: boolean;
  readonly expect: Expectation;
  readonly why: string;
}

export interface Given {
  readonly base: 'chain-a' | 'chain-d';
  /** Where the nodes stand at first. */
  readonly height: number;
  /** 1 if left out. */
  readonly nodes?: number;
  /** From that block on the key holds this value: a stored value, or `@metadata<n>` for a long text. */
  readonly state?: readonly Placed<{ readonly key: string; readonly stored_value: object | string }>[];
  /** A transaction of that block has this effect. */
  readonly effects?: readonly Placed<{ readonly key: string; readonly kind: object | string }>[];
  readonly balances?: readonly Placed<{ readonly purse: string; readonly balance: string }>[];
  /** Members of a block, by path. */
  readonly blocks?: readonly Placed<{ readonly set: Members }>[];
  /** Further transactions. */
  readonly transactions?: readonly GivenTransaction[];
  readonly tokens?: GivenTokens;
  readonly largeMetadata?: { readonly bytes: number };
  readonly answers?: readonly Rewrite[];
  /** `nothing`: the nodes find no state at all. */
  readonly fault?: { readonly nothing?: boolean };
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}

export type Placed<T> = T & { readonly height: number };

/** New values by path: `a.b.0`. */
export type Members = Readonly<Record<string, unknown>>;

export interface GivenTransaction {
  readonly hash: string;
  readonly kind: 'Version1' | 'Deploy';
  readonly height: number;
  readonly execution_result?: object | null;
  readonly effects?: readonly object[];
  readonly set?: Members;
}

/** Further tokens of a contract, like its token 0. */
export interface GivenTokens {
  /** The contract's hash, 64 hex digits. */
  readonly contract: string;
  /** The first id. */
  readonly from: number;
  readonly count: number;
  readonly owner: string;
  readonly metadataBytes: number;
}

/** A node's answer that is rewritten. Members that are left out match everything. */
export interface Rewrite {
  readonly node?: number;
  readonly method?: string;
  readonly methods?: readonly string[];
  readonly fromHeight?: number;
  readonly untilHeight?: number;
  /** Members of the parameters, by path. */
  readonly when?: Members;
  /** Members of the answer, by path. */
  readonly if?: Members;
  readonly error?: object;
  readonly result?: object;
  readonly set?: Members;
  /** The status names a block that is so many blocks above the last one that is served. */
  readonly statusAhead?: number;
}

/** What happens before the request, in this order: rewrites, height, sync, request. `wait` only lets time pass. */
export interface Step {
  readonly rules?: readonly Rewrite[];
  readonly height?: number;
  readonly sync?: boolean;
  readonly wait?: number;
  readonly request?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly operator?: boolean;
  readonly times?: number;
  readonly expect?: Expectation;
}

/** Members of the answer by path, `status`, and `bytes` of the body: a value, or what it must be. */
export type Expectation = Readonly<Record<string, unknown>>;
