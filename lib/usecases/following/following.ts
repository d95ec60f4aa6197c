import type { BlockTransactions } from '../../domain/activity.ts';
import type { PinnedBlock, StateKey } from '../../domain/block.ts';
import type { Snapshot } from '../../domain/claim.ts';
import type { EntityRef } from '../../domain/entity.ts';
import type { BasisReader, DictionaryItem, WrittenStake } from '../../domain/ports/chain.ts';
import type { UnseenBlock } from './unreadable-blocks.ts';

/** Blocks that sync follows in one step. What they wrote is read once, at the last of them. */
export interface Batch {
  /** Height of the first block. */
  readonly from: number;
  readonly last: PinnedBlock;
  /** Both, and all between them, ascending. */
  readonly blocks: readonly PinnedBlock[];
  /** For each written key, the heights of the blocks that wrote it, ascending. */
  readonly written: ReadonlyMap<StateKey, readonly number[]>;
  readonly items: readonly DictionaryItem[];
  readonly stakes: readonly WrittenStake[];
  /** Of the blocks whose transactions could all be read, ascending. */
  readonly transactions: readonly BlockTransactions[];
  /** The last block of which that is not so. */
  readonly unlisted: number | undefined;
  /** The newest switch block of the batch. */
  readonly switchBlock: PinnedBlock | undefined;
  /** All switch blocks of the batch, ascending. */
  readonly switchBlocks: readonly PinnedBlock[];
  /** Of the last block. */
  readonly protocolVersion: string;
  /** How many of its blocks are proved, with all that they wrote (rule PROOF-7). */
  readonly proved: number;
  /**
   * Set when state may have changed up to this height without a write that sync saw: a gap, a new protocol version, or a
   * block that is passed unseen.
   */
  readonly unseen: { readonly height: number; readonly reason: string } | undefined;
  /** The blocks of the batch that are passed unseen, in order. */
  readonly passed: readonly UnseenBlock[];
}

/** A record or basis that watches a key which the batch wrote. */
export interface WatchedEntity {
  readonly ref: EntityRef;
  /** Heights of the blocks that wrote any of its keys, ascending. */
  readonly writtenAt: readonly number[];
  /** Those of its keys that the batch wrote. */
  readonly keys: readonly StateKey[];
}

/** What every step of a batch works with. */
export interface FollowContext {
  readonly batch: Batch;
  /** Its progress was read before the batch was taken, its bases after that (rule CLAIM-1). */
  readonly snapshot: Snapshot;
  /** Fencing token of the sync lease (rule FOLLOW-9). */
  readonly leaseToken: number;
  readonly signal: AbortSignal;
  /** Called between steps. Throws Overtaken when the lease is lost. */
  readonly assertLease: () => void;
}

export interface WatchedContext extends FollowContext {
  /** By ref key. */
  readonly found: ReadonlyMap<string, WatchedEntity>;
}

export interface RefreshContext extends WatchedContext {
  /** Bases as of the last block of the batch. */
  readonly bases: BasisReader;
}

/** Another runner moved the cursor or began a later batch, an operator rewound, or newer code took over: this tick ends. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}
