import type { BrokenLink } from './audit-chain.ts';
import type { BlockRef } from './block.ts';
import type { Coverage } from './coverage.ts';
import type { EntityRef } from './entity.ts';
import type { AuditEntry } from './record.ts';

/** Which records a run compares: all, one kind, one collection (package hash) of a kind, or all that one account owns. */
export type Scope =
  | { readonly of: 'all' }
  | { readonly of: 'kind'; readonly kind: string }
  | { readonly of: 'collection'; readonly kind: string; readonly collection: string }
  | { readonly of: 'owner'; readonly owner: string };

/**
 * `running`; `finished`: all shards are done; `cancelled`: an operator ended the run; `interrupted`: the run was not resumed in
 * time, or failed too often. The findings of a run that did not finish are kept.
 */
export type RunStatus = 'running' | 'finished' | 'cancelled' | 'interrupted';

/** One run of reconciliation. */
export interface Reconciliation {
  readonly id: string;
  readonly scope: Scope;
  /** A dry run writes nothing, and reports what a real run would do. */
  readonly dryRun: boolean;
  readonly startedBy: 'schedule' | 'operator';
  /** The principals who asked for it, and who cancelled it. Left out: the schedule; none. */
  readonly requestedBy?: string;
  readonly cancelledBy?: string;
  readonly status: RunStatus;
  /** ISO 8601. A record that was verified at or after this time is not compared again. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Rises each time the run is resumed after its worker stopped. */
  readonly attempt: number;
  /** ISO 8601: when the run was begun, or resumed last. */
  readonly takenUpAt: string;
  /** The block at which all records are compared; null: no node was able to name one, and nothing can be compared. */
  readonly block: BlockRef | null;
  /** Maximum of JSON-RPC requests of all shards together. */
  readonly callsAllowed: number;
  /** Why the run did not finish, as a sentence. */
  readonly reason: string | null;
  /** Coverage of the whole store at the end of the run. */
  readonly coverage: Coverage | null;
  /** Of a whole run that was no dry run; left out: the run has checked no trails. */
  readonly trails?: CheckedTrails;
  /** Rises with each change. */
  readonly revision: number;
}

/** Rule AUDIT-4: what is known of the audit trails after a run, and where the next run goes on. */
export interface CheckedTrails {
  /** Trails that are broken, found by this run or an earlier one and still so; those known for longest, up to a limit. */
  readonly broken: readonly BrokenTrail[];
  /** ISO 8601: the day of the oldest entry. */
  readonly oldest: string;
  /** The entry that was checked last; null: the oldest one is next. */
  readonly after: EntryPlace | null;
}

/** `since` (ISO 8601): when a run found it first. */
export interface BrokenTrail extends BrokenLink {
  readonly since: string;
}

export type EntryPlace = Pick<AuditEntry, 'timestamp' | 'ref' | 'sequence'>;

/**
 * How a record compares with the chain:
 * `match`; `behind`: the chain has moved on since, and the record did not claim otherwise;
 * `missed`: the chain differs at or below the record's own `verifiedThrough`, a defect of this service (rule CONFLICT-6);
 * `conflict`: the record was never true; `unverifiable`: no node was able to say, or the nodes disagree;
 * `skipped`: the record was not compared, because its conflict is open, a person decided it, or this version does not know it.
 */
export type Finding = 'match' | 'behind' | 'missed' | 'conflict' | 'unverifiable' | 'skipped';

export const findings = ['match', 'behind', 'missed', 'conflict', 'unverifiable', 'skipped'] as const;

/** `untold` (the value is served and stored under this name): the check had no result, which is not a pass. */
export type CheckResult = 'passed' | 'failed' | 'untold';

/**
 * The outcome of the remedies of a problem. `would-fix`: a dry run would have carried them out. `asked`: sync was asked to read
 * shared state again, and the next run shows whether it is right then. `review`: a person decides. `unfixed`: it stays.
 */
export type RemedyOutcome = 'fixed' | 'would-fix' | 'asked' | 'review' | 'unfixed';

/** One problem of a record. */
export interface FailedCheck {
  /** Name of the check: `chain`, `digest`, `height`, `trail`, `watches`, `references`, or a check of the record's kind. */
  readonly check: string;
  /** A sentence. */
  readonly problem: string;
}

/** A problem before any remedy. */
export interface OpenProblem extends FailedCheck {
  /** What mends it; none: a person has to. A broken trail stays broken, whatever is done about the record. */
  readonly remedies: readonly Remedy[];
}

/** A problem, and what became of it. */
export interface ReportedProblem extends FailedCheck {
  readonly outcome: RemedyOutcome;
}

/** A record with a problem, as reports show it. */
export interface Sample {
  readonly ref: EntityRef;
  readonly finding: Finding;
  readonly problems: readonly ReportedProblem[];
  /** The worst outcome of its problems. */
  readonly outcome: RemedyOutcome | null;
  /** Height of the record's own block. */
  readonly height: number;
  /** The height through which the record was claimed to be current. */
  readonly through: number;
  /** Id of the record's conflict. */
  readonly conflict: string | null;
  /** What putting it right changed, the first fields only; left out: nothing. */
  readonly changes?: readonly FieldChange[];
}

/** A field before and after, as JSON text that is cut around the first difference where it is long. */
export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

export type Counts = Readonly<Record<Finding | 'fixed' | 'review' | 'unfixed', number>>;

/** What was found so far, of a shard or of a whole run. */
export interface Tally {
  readonly counts: Counts;
  readonly byKind: Readonly<Record<string, Counts>>;
  readonly byCheck: Readonly<Record<string, Readonly<Record<CheckResult, number>>>>;
  /** The first samples of each finding. */
  readonly samples: readonly Sample[];
  /** JSON-RPC requests. */
  readonly calls: number;
  /** Work of all shards together. */
  readonly milliseconds: number;
}

/** A position in the index: ordered by the time of the last check, then by ref key. */
export interface Place {
  readonly checkedAt: string;
  readonly key: string;
}

/**
 * In this order, so that any budget buys the most coverage: records that were never compared (or whose date is in the future),
 * records not compared for a day, and the rest.
 */
export const phases = ['never', 'overdue', 'rest'] as const;
export type Phase = (typeof phases)[number];

/** Where a shard continues. */
export interface Position {
  readonly phase: Phase;
  /** The place before the next page of this phase; null: the phase begins. */
  readonly after: Place | null;
  /** No page is left. */
  readonly done: boolean;
}

/** A record of a page in which something was found, before any remedy. */
export interface OpenFinding extends Omit<Sample, 'problems' | 'outcome' | 'conflict' | 'changes'> {
  readonly problems: readonly OpenProblem[];
  /** Sequence of the record when it was examined; another sequence shows that the record was changed since. */
  readonly sequence: number;
  readonly checks: Readonly<Record<string, CheckResult>>;
  /** Those of all its problems, in the order in which they are carried out. */
  readonly remedies: readonly Remedy[];
}

/**
 * `watch`: write the record's watches again; `refresh`: read and save the record again; `dispute`: open a conflict, because the
 * chain contradicts the record at its own block; `bases`: ask sync to read shared state again; `look-up`: read the entities that
 * the record refers to.
 */
export type Remedy = 'watch' | 'refresh' | 'dispute' | 'bases' | 'look-up';

/**
 * The progress of one shard. The findings of a page are saved before any remedy: a worker that resumes the shard carries out
 * the same remedies, and counts the same.
 */
export interface ShardProgress extends Position {
  readonly shard: number;
  /** Rises with each change. */
  readonly revision: number;
  /** The examined page whose remedies are not done yet; null: the next page is not examined yet. */
  readonly page: PageFound | null;
  readonly tally: Tally;
  /** ISO 8601. */
  readonly updatedAt: string;
}

export interface PageFound {
  readonly next: Position;
  /** Records that match the chain: their date of verification moves. */
  readonly sound: readonly Checked[];
  readonly found: readonly OpenFinding[];
  /** Of the records without a finding. */
  readonly tally: Tally;
}

/** A record as it was when it was compared with the chain, by its ref key. */
export interface Checked {
  readonly key: string;
  readonly height: number;
  readonly sequence: number;
}
