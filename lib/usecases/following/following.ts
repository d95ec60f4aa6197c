import type { PinnedBlock, StateKey } from '../../domain/block.ts';
import type { Snapshot } from '../../domain/claim.ts';
import type { EntityRef } from '../../domain/entity.ts';
import type { BasisReader, DictionaryItem, WrittenStake } from '../../domain/ports/chain.ts';

/** Blocks that are followed together: what they wrote is read once, at the last of them. */
export interface Batch {
  readonly first: PinnedBlock;
  readonly last: PinnedBlock;
  /** By key, the heights of the blocks that wrote it, rising. */
  readonly written: ReadonlyMap<StateKey, readonly number[]>;
  readonly items: readonly DictionaryItem[];
  readonly stakes: readonly WrittenStake[];
  /** The newest switch block among them. */
  readonly switchBlock: PinnedBlock | undefined;
  readonly protocolVersion: string;
  /** Anything may have changed at this height that no write names. */
  readonly unseen: { readonly height: number; readonly reason: string } | undefined;
}

/** Who is led to by the keys that a batch wrote. */
export interface WatchedEntity {
  readonly ref: EntityRef;
  /** Heights of the blocks that wrote any of its keys, rising. */
  readonly writtenAt: readonly number[];
}

export interface FollowContext {
  readonly batch: Batch;
  /** As it was read before the batch was taken; its bases are read after it. */
  readonly snapshot: Snapshot;
  readonly leaseToken: number;
  readonly signal: AbortSignal;
  /** Called between steps: throws when the turn is lost. */
  readonly assertLease: () => void;
  /** Whether trying again is of no use: what fails is the reading of this record (its ref key), not the chain or the store. */
  readonly isPermanentFailure: (error: unknown, at: string) => Promise<boolean>;
}

export interface WatchedContext extends FollowContext {
  /** What watches have led to, by ref key. */
  readonly found: ReadonlyMap<string, WatchedEntity>;
}

export interface RefreshContext extends WatchedContext {
  readonly bases: BasisReader;
}

/** Another runner has moved the cursor, gone back, or begun a later batch: what is there is not ours to go on with. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}
