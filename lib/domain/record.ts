import type { BasisDependency } from './basis.ts';
import type { BasisChanges } from './basis-changes.ts';
import type { BlockRef, StateKey } from './block.ts';
import type { EntityRef } from './entity.ts';
import type { HeldBefore, Span } from './held.ts';
import type { ReadingProof, ValueProof } from './proof.ts';

/** What the chain said of one entity at one block, and what that answer depends on. */
export interface Observation {
  readonly ref: EntityRef;
  /** As the kind's `read` gave it (JSON); null: the chain has no such entity at this block. */
  readonly value: object | null;
  /** Public keys of the validators that a staking position was asked of: only grows, is never compared (rule KIND-4). */
  readonly probedValidators: readonly string[];
  /** The block that the reading was pinned to. */
  readonly block: BlockRef;
  /** The state keys that were read, found or not, sorted. A write to one of them may change the value. */
  readonly readSet: readonly StateKey[];
  /** The shared state that the value depends on besides its read set (rule BASIS-3). */
  readonly bases: readonly BasisDependency[];
  /** Digest of the kind's schema version and configuration (rule ITEM-4). */
  readonly definition: string;
  /** ISO 8601: past this block time the value is verified through its own block only (rule CLAIM-5); null: no such limit. */
  readonly validUntil: string | null;
  /** How far this was proved at `block` (rule PROOF-1). Left out: by an earlier version, which proved nothing. */
  readonly proof?: ReadingProof;
}

/** An observation that the database keeps: one per entity, under a sequence that counts its changes. */
export interface EntityRecord extends Observation {
  /** SHA-256, in hex, over the RFC 8785 form of `value`: shows a value that this service did not write (see `isEdited`). */
  readonly digest: string;
  /** 1 for the first value; each later change adds one, and has one audit entry with this sequence (rule ITEM-3). */
  readonly sequence: number;
  /** Digest of the newest audit entry. */
  readonly auditHead: string;
  /** The fork on which it was read; 0 before the first rewind (rule FOLLOW-8). */
  readonly fork: number;
  /** ISO 8601: when it was last compared with the chain. */
  readonly checkedAt: string;
  /** ISO 8601: until then its watches are sure to be there; past it, it is verified through its own block only (rule TRACK-1). */
  readonly trackedUntil: string;
  /**
   * Left out but for a record that was written to other tables, and restored into these (rule ITEM-6): until when it was tracked
   * there. It has no watches here, so its `trackedUntil` has passed.
   */
  readonly restoredUntil?: string;
  /** It has been tracked without a break since this block (rule ACTIVITY-1); left out by earlier versions. */
  readonly trackedSince?: number;
  /** The logic version that wrote it (see `LOGIC_VERSION`, rule ITEM-5). */
  readonly logicVersion: number;
  /** Under which owner it is listed; null: under none. */
  readonly owner: string | null;
  /** The value was too large to keep: a miss, at this block (rule SAVE-6). */
  readonly tooLarge: boolean;
  /** The conflict that it is in: it is served as a labelled fallback only, and claims nothing (rule CONFLICT-2). */
  readonly conflict: ConflictMark | null;
  /** Where the value is known to have held, through its own block, ascending. Left out in what an earlier version saved (rule PAST-5). */
  readonly held?: readonly Span[];
  /** Of bases only: the first block at which the present value was seen. It never falls. */
  readonly changedAt?: number;
  /** Of bases only: its latest changes. Left out where an earlier version of the code moved the basis last. */
  readonly changes?: BasisChanges;
}

/** What the cache table keeps of a record: the answer without its read set. Members have the meaning they have in the record. */
export interface CacheEntry {
  readonly ref: EntityRef;
  readonly value: object | null;
  readonly block: BlockRef;
  readonly bases: readonly BasisDependency[];
  readonly definition: string;
  readonly validUntil: string | null;
  readonly proof?: ValueProof;
  /** The record's sequence; 0: an absence without a record (rule KIND-1). */
  readonly sequence: number;
  readonly fork: number;
  readonly logicVersion: number;
  /** null: never tracked (an absence without a record). */
  readonly trackedUntil: string | null;
  readonly tooLarge: boolean;
  /** An entry in dispute is a miss: readers go to the chain, and answer with the conflict's id (rule CONFLICT-2). */
  readonly conflict: ConflictMark | null;
}

/** What a record in dispute says of its conflict. */
export interface ConflictMark {
  readonly id: string;
  /** `kept`: a person has closed this pair of values, until either changes (rule CONFLICT-4). */
  readonly state: 'open' | 'kept';
  /** Digest of the chain's value in the pair. */
  readonly chainDigest: string;
}

/** What changes an entity's record: the part of the service, or a person (`review`). */
export const recordCauses = [
  'lookup',
  'sync',
  'reconciliation',
  'resolution',
  'review',
  'submission',
  'enumeration',
] as const;

/** What makes any entry of the audit trail. */
export const causes = [...recordCauses, 'health', 'refusal', 'access', 'application'] as const;

export type Cause = (typeof causes)[number];

/**
 * One change of one record, or of a subject without a record (a node, the service). Entries of one subject form a chain:
 * `digest` covers all other members, and `previousDigest` is the digest of the entry before (rule ITEM-3).
 */
export interface AuditEntry {
  readonly ref: EntityRef;
  readonly sequence: number;
  readonly cause: Cause;
  readonly actor: string;
  /** Only the fields that changed; null where there was, or is, no value. */
  readonly before: object | null;
  readonly after: object | null;
  /** null: the change belongs to no block (a node's health). */
  readonly block: BlockRef | null;
  /** ISO 8601. */
  readonly timestamp: string;
  /** Where the value before this entry is known to have held; left out where that is not known (rule PAST-5). */
  readonly held?: HeldBefore;
  /** How far the new value was proved, with the evidence (rule PROOF-2); left out: it was not, or it was not read from the chain. */
  readonly proof?: ReadingProof;
  /** null: the first entry. */
  readonly previousDigest: string | null;
  /** SHA-256, in hex, over the RFC 8785 form of the other members. */
  readonly digest: string;
  /** The stored item was changed so that it is no longer an entry. Members that cannot be read are null or empty here. */
  readonly unreadable?: true;
}
