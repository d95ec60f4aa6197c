import type { BasisDependency } from './basis.ts';
import type { BlockRef, StateKey } from './block.ts';
import type { EntityRef } from './entity.ts';

/** What the chain said of an entity at one block, and what that rests on. `value` null: the chain has none. */
export interface Observation {
  readonly ref: EntityRef;
  readonly value: object | null;
  readonly probedValidators: readonly string[];
  readonly block: BlockRef;
  readonly readSet: readonly StateKey[];
  readonly bases: readonly BasisDependency[];
  readonly definition: string;
  readonly validUntil: string | null;
}

/** An observation that the database keeps, under a sequence that counts its changes. */
export interface EntityRecord extends Observation {
  /** SHA-256 over the RFC 8785 form of `value`. */
  readonly digest: string;
  /** 1 for the first value; each later change adds one and has one audit entry. */
  readonly sequence: number;
  /** Digest of the newest audit entry. */
  readonly auditHead: string;
  readonly fork: number;
  /** ISO 8601: when it was last held against the chain. */
  readonly checkedAt: string;
  /** ISO 8601: through this moment its watches are sure to be there; later a claim holds for the own block only. */
  readonly trackedUntil: string;
  /** The number of the rules under which it was written (see `rules` of progress). */
  readonly logicVersion: number;
  readonly owner: string | null;
  /** The value was too large to keep: a miss, at this block. */
  readonly tooLarge: boolean;
  /** The chain contradicts it at its own block: it is served as a labelled fallback only, and claims nothing. */
  readonly conflict: ConflictMark | null;
  /** Bases only: the first block at which the present value was seen; never falls. */
  readonly changedAt?: number;
}

/** What the cache table keeps: a record's answer without its read set. `sequence` 0: an absence without a record. */
export interface CacheEntry {
  readonly ref: EntityRef;
  readonly value: object | null;
  readonly block: BlockRef;
  readonly bases: readonly BasisDependency[];
  readonly definition: string;
  readonly validUntil: string | null;
  readonly sequence: number;
  readonly fork: number;
  readonly logicVersion: number;
  readonly trackedUntil: string | null;
  readonly tooLarge: boolean;
  /** A miss: readers go to the chain, and answer with the conflict's id. */
  readonly conflict: ConflictMark | null;
}

/** What a record in dispute says of its conflict. */
export interface ConflictMark {
  readonly id: string;
  /** `kept`: a person has closed this pair of values, until either changes. */
  readonly state: 'open' | 'kept';
  /** Digest of the chain's value in the pair. */
  readonly chainDigest: string;
}

export type Cause =
  | 'lookup'
  | 'sync'
  | 'reconciliation'
  | 'resolution'
  | 'review'
  | 'submission'
  | 'health'
  | 'refusal';

/** One change of one record, or of a node or the service; `digest` covers all other members, `previousDigest` the entry before. */
export interface AuditEntry {
  readonly ref: EntityRef;
  readonly sequence: number;
  readonly cause: Cause;
  readonly actor: string;
  /** Only the fields that changed; null where there was, or is, no value. */
  readonly before: object | null;
  readonly after: object | null;
  /** null: of no block (a node's health). */
  readonly block: BlockRef | null;
  readonly timestamp: string;
  readonly previousDigest: string | null;
  readonly digest: string;
  /** What is stored is no entry any more: somebody has changed it. What of it cannot be read is null or empty here. */
  readonly unreadable?: true;
}
