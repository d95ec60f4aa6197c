import { chainedAfter, TrailAhead } from '../../domain/audit-chain.ts';
import type { StateKey } from '../../domain/block.ts';
import { isEdited } from '../../domain/compare.ts';
import type { Conflict } from '../../domain/conflict.ts';
import { refKey } from '../../domain/entity.ts';
import { listedAs } from '../../domain/listing.ts';
import type { SaveCondition } from '../../domain/ports/records.ts';
import type { Progress } from '../../domain/progress.ts';
import type { AuditEntry, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { watchedUntil } from './tracking.ts';

export interface RecordCommit {
  readonly record: EntityRecord;
  /** What the save is conditional on; undefined: that there is no record. */
  readonly compared: SaveCondition | undefined;
  /** undefined where only block and read set move. */
  readonly audit: AuditEntry | undefined;
  /** The conflict as it is after this save, where the save changes one. */
  readonly conflict?: Conflict | undefined;
  /** The accounts that value and former value are about, for those who follow its changes. */
  readonly accounts?: readonly string[];
  /** Keys of the read set whose watches may be missing, or may expire before `record.trackedUntil`. */
  readonly watch: readonly StateKey[];
}

/** `record`: as it was saved. `winner`: the record that is stored instead. */
export type WriteResult =
  | { readonly won: true; readonly record: EntityRecord }
  | { readonly won: false; readonly winner: EntityRecord | undefined };

/** `overtaken`: sync has begun a batch beyond the record's block and may have missed the watches, or the fork has changed. */
export type CommitResult = WriteResult | { readonly overtaken: Progress };

type StoringService = Pick<Service, 'records' | 'audit' | 'metrics' | 'log'>;

/**
 * The one way into the store: all watches (rule SAVE-1), then mark and fork (SAVE-2), then record and audit entry (SAVE-3).
 * No later step is taken when one fails: a claim depends on watches that were there before the mark was read. The caller puts
 * the cache entry (SAVE-4). Throws StoreUnavailable.
 */
export async function commitRecord(
  commit: RecordCommit,
  service: StoringService & Pick<Service, 'watches' | 'progress'>,
): Promise<CommitResult> {
  const { record, watch } = commit;
  await service.watches.put(refKey(record.ref), watch, watchedUntil(record.trackedUntil));
  const progress = await service.progress.read();
  if (progress.fork !== record.fork || (progress.mark ?? 0) > record.block.height) return { overtaken: progress };
  return writeRecord(commit, service);
}

/**
 * Rule SAVE-3 alone, for a record that was not read from the chain again: it makes no claim that needs watches and mark. Where the
 * stored row is older than its audit trail (deleted or set back from outside), the entry is chained to the end of the trail.
 */
export async function writeRecord(
  { record, compared, audit, conflict, accounts }: Omit<RecordCommit, 'watch'>,
  service: StoringService,
): Promise<WriteResult> {
  const store = async (next: EntityRecord, entry: AuditEntry | undefined): Promise<WriteResult> => {
    const outcome = await service.records.save(next, compared, entry, conflict, undefined, accounts);
    return outcome.won ? { won: true, record: next } : outcome;
  };
  try {
    return await store(record, audit);
  } catch (error) {
    if (!(error instanceof TrailAhead) || audit === undefined) throw error;
    const [newest] = await service.audit.history(record.ref, { limit: 1 });
    service.metrics.count('Conflict');
    service.log.error('a record is older than its audit trail', {
      ref: refKey(record.ref),
      sequence: newest?.sequence,
    });
    const entry = chainedAfter(newest, audit);
    return store({ ...record, sequence: entry.sequence, auditHead: entry.digest }, entry);
  }
}

/** The first logic version that kept lists. */
const listedSince = 2;

/** The condition of a save over this record; `sequence` alone where its block is not to be trusted (rule FOLLOW-8). */
export const comparedWith = (record: EntityRecord, sequenceAlone = false): SaveCondition => ({
  height: record.block.height,
  hash: record.block.hash,
  sequence: record.sequence,
  conflict: record.conflict,
  sequenceAlone,
  // Rule COLLECT-1: an earlier version kept no lists, and an edited row does not say on which ones it is.
  listed: {
    ...listedAs(record),
    ...((record.logicVersion < listedSince || isEdited(record)) && { unsure: true as const }),
  },
});

/** True where a save lost to the very record it was compared with: the row was edited so that no condition on it can hold. */
export const takesNoChange = (compared: EntityRecord | undefined, winner: EntityRecord | undefined): boolean =>
  compared !== undefined &&
  winner !== undefined &&
  isEdited(winner) &&
  winner.sequence === compared.sequence &&
  winner.block.height === compared.block.height &&
  winner.conflict?.id === compared.conflict?.id;
