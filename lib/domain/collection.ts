import type { BlockRef } from './block.ts';
import { isOnAbandonedFork, type Snapshot, soundBasis } from './claim.ts';
import { LOGIC_VERSION } from './progress.ts';

/**
 * `enumerating`: its tokens are being read; `whole`: all that its contract lists at `block` were read; `effects-only`: its contract lists
 * its tokens nowhere, so that only those are known that were written since, or asked for; `broken`: some token could not be kept.
 */
export type EnumerationStatus = 'enumerating' | 'whole' | 'effects-only' | 'broken';

/** A pass with more failures goes on behind the last of these when it is tried again. */
export const mostPlacesKept = 100;

/** How far the tokens of one configured collection were enumerated. */
export interface Enumeration {
  readonly packageHash: string;
  readonly status: EnumerationStatus;
  /** The contract's list of this block is the one that is read. Each token on it is read at this block or later. */
  readonly block: BlockRef;
  /** The fork of that block. */
  readonly fork: number;
  /** Of the kind of its tokens, as it was then. */
  readonly definition: string;
  /** How many places the contract's list has, and the first of them that is still to be read. `total` null: it has no list. */
  readonly total: number | null;
  readonly next: number;
  /** How many tokens could not be kept, the places of the first ones (at most `mostPlacesKept`), and why one of them could not. */
  readonly failed: number;
  readonly again: readonly number[];
  readonly reason: string | null;
  /** How often in a row it ended broken, and since when it does (ISO 8601). */
  readonly tries: number;
  readonly failingSince: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly updatedAt: string;
  /** Rises by one with each change. */
  readonly revision: number;
}

/** What a batch through `height` wrote may not be known of the collection. */
export interface Interruption {
  readonly height: number;
  readonly fork: number;
  /** A sentence. */
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface CollectionState {
  readonly packageHash: string;
  /** null: it was not begun yet. */
  readonly enumeration: Enumeration | null;
  /** The latest one; only sync writes it, before it moves its cursor. */
  readonly interruption: Interruption | null;
}

/** What a state is judged by. The snapshot is read before the state, and the state before the lists (rule CLAIM-1). */
export interface CollectionJudged {
  readonly snapshot: Snapshot;
  /** The basis of its tokens: name and present definition. */
  readonly layout: { readonly name: string; readonly definition: string };
  /** The present definition of the kind of its tokens. */
  readonly definition: string;
  /** Digest of the configuration, see `Progress.discovers`. */
  readonly settings: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Whether the lists have every token of a collection. */
export interface Wholeness {
  readonly state: 'none' | EnumerationStatus;
  /** The last block through which the lists are whole; null: they are not. */
  readonly through: BlockRef | null;
  /** Why they are not whole, as a sentence. */
  readonly reason: string | null;
}

/**
 * Rule COLLECT-2: through which block the lists of a collection are whole, or why they are not. Each line below is one reason for not
 * whole; a whole one returned by mistake is an owner's list that lacks a token. `test/domain/collection.test.ts` has a test for each line.
 */
export function wholeThrough({ enumeration, interruption }: CollectionState, judged: CollectionJudged): Wholeness {
  if (enumeration === null)
    return { state: 'none', through: null, reason: 'it is not enumerated yet: that begins by itself, within minutes' };
  const { status, block, fork, reason } = enumeration;
  if (status !== 'whole') return { state: status, through: null, reason: reason ?? reasons[status] };
  const broken = (why: string): Wholeness => ({ state: 'broken', through: null, reason: why });
  const { snapshot, layout, definition, settings, now } = judged;
  const { progress } = snapshot;
  // Rule FOLLOW-8: records above the block of a rewind are read again, and only an enumeration finds which.
  if (fork !== progress.fork || isOnAbandonedFork({ fork, block }, progress))
    return broken('the network was reset since it was enumerated');
  if (enumeration.definition !== definition || progress.logicVersion !== LOGIC_VERSION)
    return broken('the configuration or the code has changed since it was enumerated');
  // A runner of sync with another configuration does not look for its tokens.
  if (progress.discovers !== settings) return broken('sync has not followed it with this configuration');
  // Rule FOLLOW-7: a block after the enumeration was not scanned.
  if (progress.cursor === null || progress.followedFrom === null || block.height < progress.followedFrom)
    return broken(`not all blocks since block ${block.height} were scanned`);
  if (interruption !== null && interruption.fork >= fork && interruption.height > block.height)
    return broken(interruption.reason);
  // Its dictionaries were others for a while: writes to them were not recognised.
  const basis = soundBasis(layout, snapshot, now);
  if (basis?.changedAt === undefined || basis.changedAt > block.height)
    return broken('where its contract keeps its tokens has changed, or is not known');
  const { cursor } = progress;
  return { state: 'whole', through: cursor.height > block.height ? cursor : block, reason: null };
}

const minute = 60_000;
const [firstWaitMs, longestWaitMs] = [10 * minute, 6 * 60 * minute];

/** Rule COLLECT-8: when what could not be kept is tried again, in milliseconds; null: nothing is to be tried again. */
export function triedAgainAt({ status, tries, finishedAt, updatedAt }: Enumeration): number | null {
  if (status !== 'broken') return null;
  const wait = Math.min(firstWaitMs * 2 ** Math.max(0, tries - 1), longestWaitMs);
  return Date.parse(finishedAt ?? updatedAt) + wait;
}

const reasons = {
  enumerating: 'its tokens are being read',
  'effects-only': 'its contract lists its tokens nowhere: those are known that were written since, or asked for',
  broken: 'not all of its tokens could be kept',
} as const;
