import type { ExecutedTransaction } from '../activity.ts';
import type { BasisSeen } from '../basis.ts';
import type { ChainHeader, PinnedBlock, StateKey } from '../block.ts';
import type { Evidence } from '../evidence.ts';
import type { FullProof } from '../full-proof.ts';
import type { BasisDefinition, RecordingState } from '../pinned-state.ts';
import type { Head, Progress } from '../progress.ts';
import type { EraReading } from '../rewards.ts';
import type { CheckedTransaction, SubmissionTerms } from '../submission.ts';
import type { SignatureProblem } from '../trust.ts';

/** The chain, as use cases see it. Every method throws ChainUnavailable when no node can answer in time. */
export interface Chain {
  /** The newest block of a healthy node. */
  tip(request: TipRequest): Promise<PinnedBlock>;
  /** Global state as of a block that `tip` gave. Each call starts with an empty read set. */
  at(reading: PinnedReading): RecordingState;
  /**
   * The block at a height, with all that its transactions wrote. The node that gave the tip is asked first. Throws
   * ChainUnavailable where no node has the result of each transaction, NoBlockSoOld where the history of every node
   * begins above the height, and UnreadableBlock where nodes give it and none in a form that can be used. `since`: the protocol
   * version of a block below it.
   */
  executed(
    height: number,
    reading: { readonly tip: PinnedBlock; readonly signal: AbortSignal; readonly since?: string | null },
  ): Promise<ExecutedBlock>;
  /**
   * Throws ChainUnavailable where too few validators have signed the block (rule PROOF-4): BlockNotServed, since another one may be. All
   * is well where nothing is proved.
   */
  requireSigned(block: PinnedBlock, signal: AbortSignal): Promise<void>;
  /** For sync: stores the newest switch block that is trusted (rule PROOF-3). */
  keepTrust(): Promise<void>;
  /** What each node that may be asked says of the block at a height; a node without an answer says nothing. */
  headersAt(height: number, signal: AbortSignal): Promise<readonly HeaderStatement[]>;
  /**
   * The block at a height below the tip, to pin a reading to: what most of up to three nodes have there. Throws BlockNotServed where
   * no node that answers has it, ChainUnavailable where they do not agree.
   */
  blockAt(height: number, signal: AbortSignal): Promise<PinnedBlock>;
  /** The lowest block that any node holds, after each was asked; undefined where one of them cannot say. */
  lowestBlock(request: Pick<TipRequest, 'nodes' | 'signal'>): Promise<number | undefined>;
  /** A block by its hash, to pin a reading to. */
  blockOf(hash: string, signal: AbortSignal): Promise<PinnedBlock>;
  /**
   * What the era paid that a switch block ended, to every account; undefined where no node serves it. `only`: the name of the only
   * node that may be asked; what others have said is not taken for it.
   */
  eraRewards(switchBlock: PinnedBlock, signal: AbortSignal, only?: string): Promise<EraReading | undefined>;
  /** The newest switch block below a block (its hash); undefined for genesis, and for blocks of 1.x, which do not name it. */
  switchBlockBelow(hash: string, signal: AbortSignal): Promise<PinnedBlock | undefined>;
  /**
   * Checks a submitted text before it goes anywhere: no node is asked. Throws LookupError: `too_large`, or `invalid_transaction` with
   * every reason that was found.
   */
  checked(body: string, terms: SubmissionTerms): Promise<CheckedTransaction>;
  /**
   * Sends a signed transaction, unchanged, to one node at a time (rule SUBMIT-3); to the node `last` only where no other one can be given
   * it. What nodes do is the outcome, never an exception.
   */
  submit(transaction: CheckedTransaction, signal: AbortSignal, last?: string): Promise<SubmitOutcome>;
  /** Asks every node that may be asked whether it knows a transaction. */
  sight(transaction: Pick<CheckedTransaction, 'kind' | 'hash'>, signal: AbortSignal): Promise<ChainSighting>;
  /** For readings of one block of which everything is kept that proves them (rule PROOF-5). */
  collecting(): Promise<ProofCollection>;
  /** Names of the nodes that may be asked now. */
  nodes(): readonly string[];
  /** Marks a node as not to be trusted: it contradicts the other nodes at one block. */
  suspect(node: string, reason: string): void;
  /** Asks every node for its status, for the health report. What other processes must know is stored by then. */
  look(request: Pick<TipRequest, 'nodes' | 'signal'>): Promise<readonly UpstreamReport[]>;
  /** Why the newest block that a node has reported is not known to be signed (rule PROOF-4); undefined: it is, or nothing is proved. */
  signatureProblem(signal: AbortSignal): Promise<SignatureProblem | undefined>;
  /** What is known of every node, without asking any node. */
  report(): readonly UpstreamReport[];
  /** Resolves when everything that other processes must know of the nodes is stored. */
  flushed(): Promise<void>;
  /** JSON-RPC requests sent so far, for tests, benches and metrics. */
  calls(): number;
  /**
   * Runs the work and counts the requests that were sent for it alone, whatever else this process sends. `purpose`: for whom
   * the nodes are asked, unless this is part of work whose purpose is given already.
   */
  counted<T>(work: () => Promise<T>, purpose?: Purpose): Promise<Counted<T>>;
}

/**
 * `rejected`: the node's own refusal, with its words and code; `mayPass`: the same transaction may be accepted later. `unknown`: it
 * may have arrived. `unsent`: it is surely at no node.
 */
export type SubmitOutcome =
  | { readonly outcome: 'accepted'; readonly node: string }
  | {
      readonly outcome: 'rejected';
      readonly node: string;
      readonly code: number;
      readonly reason: string;
      readonly mayPass: boolean;
    }
  | { readonly outcome: 'unknown'; readonly node: string; readonly reason: string }
  | { readonly outcome: 'unsent'; readonly reason: string };

/** Names of nodes. Of a node that is in neither list nothing is known. */
export interface ChainSighting {
  readonly knownAt: readonly string[];
  readonly deniedAt: readonly string[];
  /** Every configured node has answered. */
  readonly isComplete: boolean;
}

/** Which share of a node's rate of calls may be used (rule LIMIT-3). Work without a purpose may use all of it, as sync may. */
export type Purpose = 'sync' | 'reader' | 'reconciliation';

export interface TipRequest {
  /** The lowest height that is acceptable. */
  readonly atLeast?: number;
  /** The highest block that any process has seen: a node far below it is lagging, a node far above it jumps. */
  readonly knownHead?: Head | undefined;
  /** What all processes share of the nodes, as last read. */
  readonly nodes?: Progress['nodes'];
  readonly signal: AbortSignal;
}

export interface PinnedReading {
  readonly block: PinnedBlock;
  readonly bases: BasisReader;
  readonly signal: AbortSignal;
  /** The name of the only node that may be asked. */
  readonly only?: string | undefined;
  /** How many times the ordinary attempt one call may take: for readings of hundreds of calls. */
  readonly patience?: number | undefined;
  /** True: validators that the reading comes to know are not stored. */
  readonly keepsNothing?: boolean;
  /** True: the block may be old (rule PAST-2). Nothing is kept, and nothing is remembered in place of what the present needs. */
  readonly isPast?: boolean;
}

/** Readings of one block, with all that they are made of. */
export interface ProofCollection extends Pick<Chain, 'at'> {
  /**
   * What was collected, with the way of trust to the block: from the switch block at the height `anchor`, or from the one that names the
   * validators of the block's era. `weight`: the share that has signed the block. Throws InvalidRequest where no way leads
   * from there, UnusableAnswer for a block of 1.x, ChainUnavailable.
   */
  complete(
    block: PinnedBlock,
    anchor: number | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly proof: Omit<FullProof, 'settings'>; readonly weight: number }>;
}

/** How a pinned reading gets a basis at its block. */
export type BasisReader = <Value extends object, Joined extends object>(
  definition: BasisDefinition<Value, Joined>,
  block: PinnedBlock,
) => Promise<BasisSeen<Value, Joined>>;

/** What one node says of the block at a height. */
export interface HeaderStatement {
  readonly node: string;
  /** undefined: it does not have the block, did not answer, or has a header that cannot be read. */
  readonly header: ChainHeader | undefined;
}

/** A block, and what its execution wrote. */
export interface ExecutedBlock extends ChainHeader {
  /** Keys that its transactions wrote (failed transactions too), and `transaction-<hash>` of each transaction. */
  readonly written: ReadonlySet<StateKey>;
  /** The dictionary items among them: they show tokens that were never asked for. */
  readonly items: readonly DictionaryItem[];
  /** In the order of the block; undefined where one of them has a form that is not known. */
  readonly transactions: readonly ExecutedTransaction[] | undefined;
  /** Bids that it wrote: with which validator an account came to hold something. */
  readonly stakes: readonly WrittenStake[];
  /** Its transactions are proved to be all (rule PROOF-6), and all that they wrote (rule PROOF-7); false: as a node says. */
  readonly isProved: boolean;
}

/** An item of a dictionary, by the address of the dictionary's seed URef and the item's own key. */
export interface DictionaryItem {
  readonly seed: string;
  readonly itemKey: string;
}

export interface WrittenStake {
  /** Account hash, 64 hex digits. */
  readonly account: string;
  /** Public key in hex. */
  readonly validator: string;
}

/** One node, as this process sees it and all processes share it. Nothing of its endpoint, which may hold a secret. */
export interface UpstreamReport {
  /** Host and port, or as configured. */
  readonly name: string;
  readonly operator: string | null;
  readonly state: 'healthy' | 'unhealthy' | 'unknown';
  readonly reason: string | null;
  /** What kind of fault `reason` is about: `http_500`, `rpc_-32018`, the stage of a failed request, or what a guard found. */
  readonly code: string | null;
  /** The JSON-RPC method that failed; null where no single request did. */
  readonly method: string | null;
  /** ISO 8601: since when the node is unwell; null while it is well, or where that is not known. */
  readonly since: string | null;
  /** Its newest block is older than a chain that moves would have. */
  readonly standsStill: boolean;
  /** The newest block through which it holds state. */
  readonly height: number | null;
  /** The lowest block that it holds: it has no history below. */
  readonly lowestBlock: number | null;
  readonly breaker: 'closed' | 'open';
  /** ISO 8601: when one process may probe the node whose breaker is open; null while the breaker is closed. */
  readonly nextProbeAt: string | null;
  /** For how much longer the node asked not to be called. */
  readonly pausedMs: number;
  /** The limit of this process; null: no limit. */
  readonly callsPerSecond: number | null;
  /** Of the latest attempts of this process; null while there are too few. */
  readonly latencyMs: { readonly p50: number; readonly p95: number } | null;
  readonly errorShare: number | null;
  /** Methods that it does not serve. */
  readonly refuses: readonly string[];
}

/** The circuit breaker of a node has opened or closed, for all processes. `reason` null: it has closed. */
export interface NodeTransition {
  readonly node: string;
  readonly open: boolean;
  readonly reason: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A node is barred because of what it sent. */
export interface RefutedAnswer {
  readonly node: string;
  readonly method: string;
  readonly reason: string;
  readonly evidence: Evidence;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Counted<T> {
  readonly value: T;
  /** JSON-RPC requests. */
  readonly calls: number;
}
