import type { BlockRef } from './block.ts';
import type { EntityRef } from './entity.ts';

/** Which records a run is about: all, those of a kind, of a collection (package hash) of such a kind, or all that is an account's. */
export type Scope =
  | { readonly of: 'all' }
  | { readonly of: 'kind'; readonly kind: string }
  | { readonly of: 'collection'; readonly kind: string; readonly collection: string }
  | { readonly of: 'owner'; readonly owner: string };

/**
 * `running`; `finished` all shards are done; `cancelled` by an operator; `interrupted` it was not taken up again in time, or
 * failed too often. However it ended, what it found stays.
 */
export type RunStatus = 'running' | 'finished' | 'cancelled' | 'interrupted';

/** One run of reconciliation. */
export interface Reconciliation {
  readonly id: string;
  readonly scope: Scope;
  /** Nothing is written: it tells what it would do. */
  readonly dryRun: boolean;
  readonly startedBy: 'schedule' | 'operator';
  readonly status: RunStatus;
  /** ISO 8601. What was held against the chain at or after this moment is not looked at again. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Rises each time it is taken up again after it was left. */
  readonly attempt: number;
  /** ISO 8601: when it was last begun, or taken up again. */
  readonly takenUpAt: string;
  /** All records are compared at this one; null: no node could tell one, and nothing can be compared. */
  readonly block: BlockRef | null;
  /** JSON-RPC requests that all shards together may send. */
  readonly callsAllowed: number;
  /** A sentence, where it did not finish. */
  readonly reason: string | null;
  /** Of the whole store, when it ended. */
  readonly coverage: Coverage | null;
  /** Rises with each change. */
  readonly revision: number;
}

/** How much of the store is known to be true, and since when. */
export interface Coverage {
  readonly records: number;
  /** Held against the chain within the last 24 hours. */
  readonly verified: number;
  /** ISO 8601: when the one that has waited longest was held against the chain; null: there is no record. */
  readonly oldest: string | null;
  /** ISO 8601: when this was counted. */
  readonly at: string;
}

/** How a record stands to the chain. `skipped`: it was not compared, since a person is to decide, or has. */
export type Finding = 'match' | 'behind' | 'missed' | 'conflict' | 'unverifiable' | 'skipped';

export const findings = ['match', 'behind', 'missed', 'conflict', 'unverifiable', 'skipped'] as const;

/** `untold`: it could not be told, which is no pass. */
export type CheckResult = 'passed' | 'failed' | 'untold';

/** What became of a record in which something was found; `would-fix` in a dry run. */
export type RemedyOutcome = 'fixed' | 'would-fix' | 'review' | 'unfixed';

/** One thing that is wrong with a record. */
export interface FailedCheck {
  /** Its name: `chain`, `digest`, `height`, `trail`, `watches`, `references`, or one of its kind's own. */
  readonly check: string;
  /** A sentence. */
  readonly problem: string;
}

/** A record in which something was found, as reports show it. */
export interface Sample {
  readonly ref: EntityRef;
  readonly finding: Finding;
  readonly problems: readonly FailedCheck[];
  readonly outcome: RemedyOutcome | null;
  /** The record's own block, and the height through which it was held to be true. */
  readonly height: number;
  readonly through: number;
  /** Id of the conflict that it is in. */
  readonly conflict: string | null;
}

export type Counts = Readonly<Record<Finding | 'fixed' | 'review', number>>;

/** What was found so far, of a shard or of a whole run. */
export interface Tally {
  readonly counts: Counts;
  readonly byKind: Readonly<Record<string, Counts>>;
  readonly byCheck: Readonly<Record<string, Readonly<Record<CheckResult, number>>>>;
  /** The first ones of each finding. */
  readonly samples: readonly Sample[];
  /** JSON-RPC requests. */
  readonly calls: number;
  /** Of work, of all shards together. */
  readonly milliseconds: number;
}

/** Where a record stands in the order of an index: by the moment it was last checked, then by its ref key. */
export interface Place {
  readonly checkedAt: string;
  readonly key: string;
}

/**
 * In this order, so that any budget buys the most coverage: what was never compared with the chain (or has a date in
 * the future), what was not compared for a day, and the rest.
 */
export const phases = ['never', 'overdue', 'rest'] as const;
export type Phase = (typeof phases)[number];

/** Where a shard goes on. */
export interface Position {
  readonly phase: Phase;
  /** Where the next page of this phase begins; null: at its first one. */
  readonly after: Place | null;
  /** Nothing is left of it. */
  readonly done: boolean;
}

/** A page's record in which something was found, before anything is done about it. */
export interface OpenFinding extends Omit<Sample, 'outcome' | 'conflict'> {
  /** The record's, when it was looked at: another one says that it was put right since. */
  readonly sequence: number;
  readonly checks: Readonly<Record<string, CheckResult>>;
  /** What is to be done about it, in this order. */
  readonly remedies: readonly Remedy[];
}

/**
 * `watch` its watches are written again; `refresh` it is read again and goes through the door; `dispute` what the chain says at
 * its own block contradicts it; `bases` sync is asked to read shared state again; `look-up` what it refers to is read.
 */
export type Remedy = 'watch' | 'refresh' | 'dispute' | 'bases' | 'look-up';

/**
 * How far one shard has come. What was found in a page is written down before anything is done about it: whoever takes the
 * shard up again does the rest, and counts the same.
 */
export interface ShardProgress extends Position {
  readonly shard: number;
  /** Rises with each change. */
  readonly revision: number;
  /** The page under way, as it was found; null: it is yet to be looked at. */
  readonly page: PageFound | null;
  readonly tally: Tally;
  /** ISO 8601. */
  readonly updatedAt: string;
}

export interface PageFound {
  readonly next: Position;
  /** Those that were held against the chain and stand: their date moves. */
  readonly sound: readonly Checked[];
  readonly found: readonly OpenFinding[];
  /** Of those in which nothing was found. */
  readonly tally: Tally;
}

/** A record as it was when it was held against the chain; by its ref key. */
export interface Checked {
  readonly key: string;
  readonly height: number;
  readonly sequence: number;
}
