import type { BasisSeen } from './basis.ts';
import type { PinnedBlock, StateKey } from './block.ts';
import type { BasisDefinition, RecordingState } from './pinned-state.ts';
import type { Head, Progress } from './progress.ts';

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
