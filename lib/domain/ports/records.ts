import type { Conflict } from '../conflict.ts';
import type { EntityRef } from '../entity.ts';
import type { Listed } from '../listing.ts';
import type { Checked, Place } from '../reconciliation.ts';
import type { AuditEntry, ConflictMark, EntityRecord } from '../record.ts';

/** The table of records. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface Records {
  /** Consistent. */
  get(ref: EntityRef): Promise<EntityRecord | undefined>;
  /** Consistent, in batches; order and length as asked. */
  getMany(refs: readonly EntityRef[]): Promise<(EntityRecord | undefined)[]>;
  /**
   * Writes the record and its audit entry in one transaction (rule ITEM-3); the record alone where only its block and
   * read set moved. A conflict that this opens or resolves is changed in the same transaction, and so are the events
   * that report the change, and `entry` of the conflict's own trail. The event of the change names the `accounts`. `compared` is the state that the record must still have (rule SAVE-3); undefined: there
   * must be no record. Throws TrailAhead where the audit trail already has an entry with this sequence.
   */
  save(
    record: EntityRecord,
    compared: SaveCondition | undefined,
    audit: AuditEntry | undefined,
    conflict?: Conflict,
    entry?: AuditEntry,
    accounts?: readonly string[],
  ): Promise<SaveOutcome>;
  /**
   * Sets `trackedUntil` alone, where block, `sequence`, read set and date are still those of `record` (rule TRACK-2). Gives the
   * record as it is stored now; undefined: it is another one, and stays as it is.
   */
  renew(record: EntityRecord, trackedUntil: string): Promise<EntityRecord | undefined>;
  /**
   * Records of a shard that were last checked within a span, longest ago first; `after` continues behind a place. The
   * order comes from an index, which may lag behind the table.
   */
  byChecked(
    shard: number,
    page: CheckedSpan & { readonly after?: Place | undefined; readonly limit: number },
  ): Promise<{ readonly places: readonly Place[]; readonly more: boolean }>;
  /** How many records of a shard were last checked within a span, as the index has it. */
  countChecked(shard: number, span: CheckedSpan): Promise<number>;
  /** Sets `checkedAt` of each record whose height and `sequence` are still the ones given; other records stay as they are. */
  markChecked(records: readonly Checked[], at: string): Promise<void>;
}

/** `won`, or the record that is stored instead (undefined: there is none). */
export type SaveOutcome = { readonly won: true } | { readonly won: false; readonly winner: EntityRecord | undefined };

/** The state that a save was compared with: block and `sequence`, or `sequence` alone (a correction, rule SAVE-8). */
export interface SaveCondition {
  readonly height: number;
  readonly hash: string;
  readonly sequence: number;
  readonly sequenceAlone?: boolean;
  /** On which lists the compared record is (rule COLLECT-1). */
  readonly listed?: Listed;
  /** The conflict mark of the compared record, which neither block nor `sequence` shows; left out: any mark will do. */
  readonly conflict?: ConflictMark | null;
}

/** ISO 8601, `until` excluded; open at an end that is left out. */
export interface CheckedSpan {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}
