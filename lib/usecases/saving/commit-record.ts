import { chainedAfter, TrailAhead } from '../../domain/audit-chain.ts';
import type { StateKey } from '../../domain/block.ts';
import { isEdited } from '../../domain/compare.ts';
import type { Conflict } from '../../domain/conflict.ts';
import { refKey } from '../../domain/entity.ts';
import type { SaveCondition } from '../../domain/ports/records.ts';
import type { Progress } from '../../domain/progress.ts';
import type { AuditEntry, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

const day = 86_400_000;
/** For how long a record is followed after it was last read, and how much longer its watches are kept. */
const followedMs = 30 * day;
const watchedLongerMs = 5 * day;

export interface RecordCommit {
  readonly record: EntityRecord;
  readonly compared: SaveCondition | undefined;
  /** undefined where only block and read set move. */
  readonly audit: AuditEntry | undefined;
  /** As it is once this is saved: a dispute that the save ends. */
  readonly conflict?: Conflict | undefined;
  /** Keys of the read set whose watches are not sure to be there until `record.followedUntil`. */
  readonly watch: readonly StateKey[];
}

/** `record`: as it was saved. */
export type WriteResult =
  | { readonly won: true; readonly record: EntityRecord }
  | { readonly won: false; readonly winner: EntityRecord | undefined };

/** `overtaken`: sync has begun a batch beyond this block and may not have seen the watches, or the branch has changed. */
export type CommitResult = WriteResult | { readonly overtaken: Progress };

type StoringService = Pick<Service, 'records' | 'audit' | 'metrics' | 'log'>;

/**
 * The one way into the store, steps 1 to 3: all watches, then the mark, then record and audit entry. No later step is
 * taken when one fails: a claim rests on its watches having been there before the mark was read.
 */
export async function commitRecord(
  passing: RecordCommit,
  service: StoringService & Pick<Service, 'watches' | 'progress'>,
): Promise<CommitResult> {
  const { record, watch } = passing;
  await service.watches.put(refKey(record.ref), watch, watchedUntil(record.trackedUntil));
  const progress = await service.progress.read();
  if (progress.fork !== record.fork || (progress.mark ?? 0) > record.block.height) return { overtaken: progress };
  return writeRecord(passing, service);
}

/**
 * Step 3 alone: for what was not read anew, and so makes no claim that a mark could refuse. Where the row was deleted, or
 * set back to what it was once, behind our back, it goes on from the end of its trail.
 */
export async function writeRecord(
  { record, compared, audit, conflict }: Omit<RecordCommit, 'watch'>,
  service: StoringService,
): Promise<WriteResult> {
  const store = async (next: EntityRecord, entry: AuditEntry | undefined): Promise<WriteResult> => {
    const outcome = await service.records.save(next, compared, entry, conflict);
    return outcome.won ? { won: true, record: next } : outcome;
  };
  try {
    return await store(record, audit);
  } catch (error) {
    if (!(error instanceof TrailAhead) || audit === undefined) throw error;
    const [newest] = await service.audit.history(record.ref, { limit: 1 });
    service.metrics.count('Conflict');
    service.log.error('a record is older than its trail', { ref: refKey(record.ref), sequence: newest?.sequence });
    const entry = chainedAfter(newest, audit);
    return store({ ...record, sequence: entry.sequence, auditHead: entry.digest }, entry);
  }
}

/**
 * Until when a record is followed, and which of its keys must be watched anew for that. The date is renewed at most
 * daily, and by nobody but a reader (`renews`); what an earlier save has written for it stands.
 */
export function trackingFor(
  readSet: readonly StateKey[],
  before: EntityRecord | undefined,
  now: number,
  renews = true,
): { readonly trackedUntil: string; readonly watch: readonly StateKey[] } {
  if (before === undefined || (renews && isRenewalDue(before.trackedUntil, now))) {
    return { trackedUntil: new Date(now + followedMs).toISOString(), watch: readSet };
  }
  const watched = new Set(before.readSet);
  return { trackedUntil: before.trackedUntil, watch: readSet.filter((key) => !watched.has(key)) };
}

/** The TTL of a watch, in epoch seconds: days beyond what is claimed by it. */
export const watchedUntil = (trackedUntil: string): number =>
  Math.ceil((Date.parse(trackedUntil) + watchedLongerMs) / 1000);

/** A day after it was set. */
export const isRenewalDue = (trackedUntil: string, now: number): boolean =>
  Date.parse(trackedUntil) <= now + followedMs - day;

/** On what a save over this record is conditional; by `sequence` alone where its block is not to be relied on. */
export const comparedWith = ({ block, sequence, conflict }: EntityRecord, sequenceAlone = false): SaveCondition => ({
  height: block.height,
  hash: block.hash,
  sequence,
  conflict,
  sequenceAlone,
});

/** A row that somebody else has broken so that no condition on it can hold: it is there again as it was compared with. */
export const takesNoChange = (compared: EntityRecord | undefined, winner: EntityRecord | undefined): boolean =>
  compared !== undefined &&
  winner !== undefined &&
  isEdited(winner) &&
  winner.sequence === compared.sequence &&
  winner.block.height === compared.block.height &&
  winner.conflict?.id === compared.conflict?.id;
