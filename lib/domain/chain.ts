import type { BasisDefinition, BasisSeen, eraBasis } from './basis.ts';
import type { Head, Progress } from './progress.ts';

/** A block as answers name it: height, hash (64 hex) and timestamp (ISO 8601, UTC). */
export interface BlockRef {
  readonly height: number;
  readonly hash: string;
  readonly timestamp: string;
}

/** Of a block that knows more (a pinned one, say) what is kept, and what digests cover. */
export const blockRef = ({ height, hash, timestamp }: BlockRef): BlockRef => ({ height, hash, timestamp });

/** The block that a reading is pinned to. `proposer` is a public key in hex, or "00" for the system (genesis). */
export interface PinnedBlock extends BlockRef {
  readonly eraId: number;
  readonly proposer: string;
}

/**
 * A key of global state, normalised so that readers and written effects name it alike: lower-case hex, URefs as
 * `uref-<address>` without access rights, balances as `balance-<purse address>` (their holds are the same key).
 * Some kinds are ours: `stake-<account hash>` (any bid key that names the account), `transaction-<hash>` (written by the
 * block that executes it), `seed-<address>` (any item of that dictionary), and two that only bases watch (see `eraKey`).
 */
export type StateKey = string;

/** A decoded CLValue: numbers as decimal strings, keys as prefixed strings, an absent option as null, maps as pairs. */
export type ClData = string | boolean | null | readonly ClData[];

export interface ContractPackage {
  readonly versions: readonly { readonly major: number; readonly version: number; readonly contractHash: string }[];
  readonly disabled: readonly (readonly [number, number])[];
}

export interface Contract {
  readonly namedKeys: Readonly<Record<string, string>>;
}

/** Amounts in motes. `available` is the total less the holds that are live at the block. */
export interface PurseBalance {
  readonly total: string;
  readonly available: string;
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

/** What an account holds with one validator (a public key): each part absent when the chain has no such key. */
export interface StakeWithValidator {
  readonly validator: string;
  readonly delegation: Delegation | undefined;
  readonly unbonding: Unbonding | undefined;
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

/** A transaction as the chain names it; `execution` is undefined while it is in no block at or below the pinned one. */
export interface ChainTransaction {
  readonly type: 'Version1' | 'Deploy';
  readonly initiator: string;
  readonly timestamp: string;
  readonly ttl: string;
  readonly execution: Execution | undefined;
  /** True once a complete block lies beyond timestamp + TTL and no node knows a result: it can enter no block any more. */
  readonly expired: boolean;
}

/**
 * Global state as of one block: the only thing that a definition's `read` receives. Every key that is asked for is
 * remembered, whether it is there or not: that is the read set, on which the answer rests.
 */
export interface PinnedState {
  readonly block: PinnedBlock;
  account(accountHash: string): Promise<{ readonly mainPurse: string } | undefined>;
  /** The balance of the account's main purse, asked for by the account so that one round trip is enough. */
  mainPurseBalance(accountHash: string): Promise<PurseBalance | undefined>;
  contractPackage(packageHash: string): Promise<ContractPackage | undefined>;
  contract(contractHash: string): Promise<Contract | undefined>;
  /** The value behind a named key that is a URef. */
  named(uref: string): Promise<ClData | undefined>;
  /** An item of the dictionary whose seed URef is given; its address is computed here, not asked for. */
  item(seed: string, itemKey: string): Promise<ClData | undefined>;
  /** The account's own bid; rests on nothing by itself (see `restOn`). */
  validatorBid(accountHash: string): Promise<ValidatorBid | undefined>;
  stake(validator: string, accountHash: string): Promise<StakeWithValidator>;
  /** What a validator unbonds from its own bid; there also when the bid itself is gone. */
  ownUnbonding(accountHash: string): Promise<Unbonding | undefined>;
  /** Every bid of the account, where the node answers the auction call (most refuse it): undefined otherwise. */
  allStakes(
    accountHash: string,
  ): Promise<{ readonly bid: ValidatorBid | undefined; readonly stakes: readonly StakeWithValidator[] } | undefined>;
  /**
   * Motes that the account was given in the newest era that has ended at this block, as validator and delegator together;
   * undefined before the first one (genesis alone) has.
   */
  lastRewards(accountHash: string): Promise<{ readonly era: number; readonly amount: string } | undefined>;
  /** Public keys of the validators known at this block, walked back over switch blocks. */
  validators(): Promise<readonly string[]>;
  transaction(hash: string): Promise<ChainTransaction | undefined>;
  /** The observed value of shared state, known at this block; the answer rests on it. */
  basis<Value extends object, Joined extends object>(
    definition: BasisDefinition<Value, Joined>,
  ): Promise<BasisSeen<Value, Joined>>;
  /** Names a key, or the era, that the answer rests on without reading it. */
  restOn(what: { readonly key: StateKey } | { readonly basis: typeof eraBasis }): void;
}

/** What reading an entity or a basis costs and needs: one state, and what it turned out to rest on. */
export interface RecordingState extends PinnedState {
  readSet(): StateKey[];
  bases(): BasisSeen[];
  /**
   * Throws unless each node that answered "not found" has shown that it holds this block's state: by something that it
   * did find, else by what must be there. A node that has lost its state answers "not found" for everything.
   */
  proveAbsence(): Promise<void>;
}

export interface TipRequest {
  /** No block below this one will do. */
  readonly atLeast?: number;
  /** The highest block that anybody of ours has seen: a node far below it is lagging, one far above it jumps. */
  readonly knownHead?: Head | undefined;
  /** What all processes share of the nodes, as last read. */
  readonly nodes?: Progress['nodes'];
  readonly signal: AbortSignal;
}

/** One node, as this process sees it and all processes share it. Nothing of its endpoint, which may hold a secret. */
export interface UpstreamReport {
  /** Host and port, or as configured. */
  readonly name: string;
  readonly operator: string | null;
  readonly state: 'healthy' | 'unhealthy' | 'unknown';
  readonly reason: string | null;
  /** Its newest block is older than a chain that goes on would have it. */
  readonly standsStill: boolean;
  /** The newest block through which it holds state. */
  readonly height: number | null;
  /** The lowest block that it holds: it has no history below. */
  readonly lowestBlock: number | null;
  readonly breaker: 'closed' | 'open';
  /** When one process may ask a node whose breaker is open; null while it is closed. */
  readonly nextProbeAt: string | null;
  /** For how much longer it asked not to be called. */
  readonly pausedMs: number;
  /** Of this process; null: no limit. */
  readonly callsPerSecond: number | null;
  /** Of this process's latest attempts; null while there are too few. */
  readonly latencyMs: { readonly p50: number; readonly p95: number } | null;
  readonly errorShare: number | null;
  /** Methods that it does not serve. */
  readonly refuses: readonly string[];
}

/** The breaker of a node has opened or closed, for all processes. `reason` null: it has closed. */
export interface NodeTransition {
  readonly node: string;
  readonly open: boolean;
  readonly reason: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A block, and what executing it wrote. */
export interface ExecutedBlock {
  readonly block: PinnedBlock;
  readonly parentHash: string;
  readonly protocolVersion: string;
  /** It ends an era: state changed that no transaction names. */
  readonly isSwitchBlock: boolean;
  /** Keys that its transactions wrote, failed ones among them, and `transaction-<hash>` of each. */
  readonly written: ReadonlySet<StateKey>;
  /** Items of dictionaries among them: how a token shows that nobody has asked for yet. */
  readonly items: readonly DictionaryItem[];
  /** Bids that it wrote: with which validator (public key) an account (hash) came to hold something. */
  readonly stakes: readonly WrittenStake[];
}

/** An item of a dictionary, by the address of the dictionary's seed URef and the item's own key. */
export interface DictionaryItem {
  readonly seed: string;
  readonly itemKey: string;
}

export interface WrittenStake {
  readonly account: string;
  readonly validator: string;
}

export interface PinnedReading {
  readonly block: PinnedBlock;
  readonly bases: BasisReader;
  readonly signal: AbortSignal;
  /** The one node, by its name, whose word is wanted: no other one is asked. */
  readonly only?: string | undefined;
  /** How many times the ordinary attempt a call may take: where a reading is of hundreds of calls. */
  readonly patience?: number | undefined;
}

/** The chain, as use cases see it. Every method throws ChainUnavailable when no node can answer in time. */
export interface Chain {
  /** The newest block of a healthy node. */
  tip(request: TipRequest): Promise<PinnedBlock>;
  /** Global state as of a block that `tip` gave; a fresh read set each time. */
  at(reading: PinnedReading): RecordingState;
  /**
   * The block at a height, with all that its transactions wrote; the node that gave the tip is asked first. Throws ChainUnavailable where no node has the result of
   * each of them, NoBlockSoOld where every node's history begins above it.
   */
  executed(
    height: number,
    reading: { readonly tip: PinnedBlock; readonly signal: AbortSignal },
  ): Promise<ExecutedBlock>;
  /** A block by its hash, to pin a reading to. */
  blockOf(hash: string, signal: AbortSignal): Promise<PinnedBlock>;
  /** Names of the nodes that may be asked now. */
  nodes(): readonly string[];
  /** Its word is not to be trusted: it contradicts the others at one block. */
  suspect(node: string, reason: string): void;
  /** Asks every node for its status, for the health report; what other processes are to know has been told by then. */
  look(request: Pick<TipRequest, 'nodes' | 'signal'>): Promise<readonly UpstreamReport[]>;
  /** What is known of every node, without asking any. */
  report(): readonly UpstreamReport[];
  /** Resolves when everything that other processes are to know of the nodes has been told. */
  flushed(): Promise<void>;
  /** JSON-RPC requests sent so far, for tests, benches and metrics. */
  calls(): number;
  /** Runs it, and tells how many requests were sent for it, whoever else works in this process. */
  counted<T>(work: () => Promise<T>): Promise<Counted<T>>;
}

export interface Counted<T> {
  readonly value: T;
  /** JSON-RPC requests. */
  readonly calls: number;
}

/** How a pinned reading comes by a basis at its block. */
export type BasisReader = <Value extends object, Joined extends object>(
  definition: BasisDefinition<Value, Joined>,
  block: PinnedBlock,
) => Promise<BasisSeen<Value, Joined>>;
