import type { BasisSeen, eraBasis } from './basis.ts';
import type { PinnedBlock, StateKey } from './block.ts';
import type { ReadingProof } from './proof.ts';

/** A decoded CLValue: numbers as decimal strings, keys as prefixed strings, an absent option as null, maps as pairs. */
export type ClData = string | boolean | null | readonly ClData[];

export interface ContractPackage {
  readonly versions: readonly { readonly major: number; readonly version: number; readonly contractHash: string }[];
  readonly disabled: readonly (readonly [number, number])[];
}

/** Something else is stored under the hash that a package was expected under. */
export interface NotAPackage {
  /** The package of the contract that is stored there; null: it is no contract either. */
  readonly packageOf: string | null;
}

export interface Contract {
  readonly namedKeys: Readonly<Record<string, string>>;
}

/** A part of a purse's balance that may not be spent yet: fees are held on networks that take none. */
export interface BalanceHold {
  /** In motes, as it was held at first. */
  readonly amount: string;
  /** `processing` ends with its transaction; null: the node does not show which. */
  readonly kind: 'gas' | 'processing' | null;
  /** ISO 8601: the time of the block that began it. */
  readonly since: string;
}

/** Amounts in motes. `available` is the total less what the holds that are live at the block keep back. */
export interface PurseBalance {
  readonly total: string;
  readonly available: string;
  /** By `since`, ascending; empty where nothing is kept back. undefined: the node does not serve them. */
  readonly holds: readonly BalanceHold[] | undefined;
}

export interface ValidatorBid {
  readonly validator: string;
  readonly staked: string;
  readonly delegationRate: number;
  readonly inactive: boolean;
}

export interface Delegation {
  readonly validator: string;
  readonly delegator: string | null;
  readonly staked: string;
}

export interface Unbonding {
  readonly validator: string;
  readonly unbonder: string | null;
  readonly eras: readonly {
    readonly eraOfCreation: number;
    readonly amount: string;
    readonly redelegatesTo: string | null;
  }[];
}

/** What an account holds with one validator (a public key); a part is undefined when the chain has no such key. */
export interface StakeWithValidator {
  readonly validator: string;
  readonly delegation: Delegation | undefined;
  readonly unbonding: Unbonding | undefined;
}

export interface AllStakes {
  readonly bid: ValidatorBid | undefined;
  readonly stakes: readonly StakeWithValidator[];
  /** No bid of anyone else names the account's main purse, as the bid of a purse does. */
  readonly isPurseFree: boolean;
}

export interface Transfer {
  readonly from: string;
  readonly to: string | null;
  readonly amount: string;
  readonly id: string | null;
}

export interface Execution {
  readonly block: { readonly height: number; readonly hash: string };
  readonly cost: string;
  readonly consumed: string | null;
  readonly refund: string | null;
  readonly errorMessage: string | null;
  readonly transfers: readonly Transfer[];
}

/** A transaction as the chain has it; `execution` is undefined while it is in no block at or below the pinned one (rule KIND-2). */
export interface ChainTransaction {
  readonly type: 'Version1' | 'Deploy';
  readonly initiator: string;
  readonly timestamp: string;
  readonly ttl: string;
  readonly execution: Execution | undefined;
  /** True once a complete block is later than timestamp + TTL and no node knows a result: it can no longer enter a block. */
  readonly expired: boolean;
}

/**
 * Global state as of one block: the only thing that a definition's `read` receives. Every key that is asked for, found or not,
 * is remembered: these keys are the read set, on which the answer depends.
 */
export interface PinnedState {
  readonly block: PinnedBlock;
  account(accountHash: string): Promise<{ readonly mainPurse: string } | undefined>;
  /** The balance of the account's main purse, asked for by the account so that one round trip is enough. */
  mainPurseBalance(accountHash: string): Promise<PurseBalance | undefined>;
  /** The hash of a system contract (`mint`), 64 hexadecimal digits. */
  systemContract(name: string): Promise<string | undefined>;
  contractPackage(packageHash: string): Promise<ContractPackage | NotAPackage | undefined>;
  contract(contractHash: string): Promise<Contract | undefined>;
  /** The value behind a named key that is a URef. */
  named(uref: string): Promise<ClData | undefined>;
  /** An item of the dictionary with this seed URef. Its address is computed here: no node is asked for it. */
  item(seed: string, itemKey: string): Promise<ClData | undefined>;
  /** The account's own bid. This adds no key to the read set (see `dependOn`). */
  validatorBid(accountHash: string): Promise<ValidatorBid | undefined>;
  stake(validator: string, accountHash: string): Promise<StakeWithValidator>;
  /** What a validator unbonds from its own bid; it outlives the bid itself. */
  ownUnbonding(accountHash: string): Promise<Unbonding | undefined>;
  /** Every bid of the account; undefined where the node refuses the auction call, as most nodes do. */
  allStakes(accountHash: string): Promise<AllStakes | undefined>;
  /**
   * Rewards in motes of the newest era that has ended at this block, as validator and delegator together;
   * undefined before the first era after genesis has ended.
   */
  lastRewards(accountHash: string): Promise<{ readonly era: number; readonly amount: string } | undefined>;
  /** Public keys of the validators known at this block, walked back over switch blocks. */
  validators(): Promise<readonly string[]>;
  transaction(hash: string): Promise<ChainTransaction | undefined>;
  /** The observed value of shared state, known at this block (rule BASIS-1); the answer depends on it. */
  basis<Value extends object, Joined extends object>(
    definition: BasisDefinition<Value, Joined>,
  ): Promise<BasisSeen<Value, Joined>>;
  /** Names a key, or the era, that the answer depends on without reading it. */
  dependOn(what: { readonly key: StateKey } | { readonly basis: typeof eraBasis }): void;
}

/** The state of one reading of an entity or a basis, and what the reading turned out to depend on. */
export interface RecordingState extends PinnedState {
  readSet(): StateKey[];
  bases(): BasisSeen[];
  /**
   * Throws unless each node that answered "not found" has shown that it holds this block's state: by something that it
   * did find, else by what must be there. A node that has lost its state answers "not found" for everything.
   */
  proveAbsence(): Promise<void>;
  /** How far what was read so far is proved (rule PROOF-1). Bases are readings of their own. Throws ChainUnavailable. */
  proof(): Promise<ReadingProof>;
}

/**
 * Shared state that many entities depend on, observed once as a record of its own. `value` decides whether the basis has
 * changed; `joined` is added to the entity's value when answering, so its changes touch no entity.
 */
export interface BasisDefinition<Value extends object = object, Joined extends object = object> {
  /** `layout:<package hash>`, `liquid:<package hash>`, `holds`, `era`. */
  readonly name: string;
  /** Digest of the schema version and configuration that the reading depends on (rule ITEM-4). */
  readonly definition: string;
  /** undefined: the chain has no such thing. `unreadable`: it has, and cannot be understood (rule ANSWER-4). */
  read(
    state: PinnedState,
  ): Promise<{ readonly value: Value; readonly joined: Joined } | { readonly unreadable: string } | undefined>;
}
