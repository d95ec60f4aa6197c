import type { BlockRef } from './block.ts';
import { changes, member } from './compare.ts';
import { digestOf } from './digest.ts';
import type { EntityDefinition, EntityRef, Resolution } from './entity.ts';
import type { ReadingProof } from './proof.ts';

export type ConflictStatus = 'open' | 'awaiting-review' | 'resolved';

/**
 * `value`: the chain has another value at the record's own block. `edited`: the row does not match its digest. `vanished`: the
 * chain no longer has the entity. `nodes-disagree`: nodes contradict each other at one block.
 */
export type ConflictClass = 'value' | 'edited' | 'vanished' | 'nodes-disagree';

export interface ConflictField {
  readonly field: string;
  readonly database: unknown;
  readonly chain: unknown;
  readonly resolution: Resolution;
}

/** What one node says of the entity at the disputed block: which side it confirms. */
export interface Testimony {
  /** Its name, never its endpoint, which may hold a secret. */
  readonly node: string;
  readonly says: 'chain' | 'database' | 'neither' | 'nothing';
}

export type Decision = 'chain' | 'database' | 'dismiss';

/**
 * A record that the chain contradicts. Its id is a digest of what is disputed, so the same dispute found twice is one conflict,
 * and a second edit is another one (rule CONFLICT-1).
 */
export interface Conflict {
  readonly id: string;
  readonly ref: EntityRef;
  readonly class: ConflictClass;
  readonly status: ConflictStatus;
  readonly fields: readonly ConflictField[];
  /** The record's own block. */
  readonly block: BlockRef;
  /** Of the stored value, as it was found. */
  readonly databaseDigest: string;
  readonly chainDigest: string;
  readonly evidence: readonly Testimony[];
  /** How far the chain's side is proved (rule PROOF-2); left out: by an earlier version, or nothing was read. */
  readonly proof?: ReadingProof;
  /** ISO 8601. */
  readonly openedAt: string;
  /** The principal whose request opened it; left out: the service found it by itself, or for a reader. */
  readonly openedBy?: string;
  /** The principals whose decisions made the value that is in dispute, or who decided this conflict before, or undid that. */
  readonly editedBy?: readonly string[];
  /** Who must decide, and until when (ISO 8601): only while the conflict awaits a review. */
  readonly owner: string | null;
  readonly deadline: string | null;
  readonly resolvedAt: string | null;
  readonly decision: {
    readonly decision: Decision;
    /** Who was authenticated: the actor of the audit trail; `service` for its own decisions. Missing in old rows. */
    readonly by?: string;
    /** The name that the request gave: a note, which proves nothing. */
    readonly reviewer: string;
    readonly note: string | null;
    readonly at: string;
  } | null;
  /** Rises with each change; a change names the revision that it was made from. */
  readonly revision: number;
  /** The stored row was changed so that it is no conflict any more. Members that cannot be read are empty, null or 0. */
  readonly unreadable?: true;
}

/** The fields that differ, each with who is right about it. A record of an absence holds nothing to lose: the chain wins. */
export function disputedFields(
  { fields, whenAbsent }: Pick<EntityDefinition, 'fields' | 'whenAbsent'>,
  database: object | null,
  chain: object | null,
): ConflictField[] {
  const resolutions = fields as Readonly<Record<string, Resolution>>;
  const differing = database && chain ? Object.keys(changes(resolutions, database, chain).after ?? {}) : null;
  return (differing ?? Object.keys(resolutions)).sort().map((field) => ({
    field,
    database: database && member(database, field),
    chain: chain && member(chain, field),
    resolution: chain === null ? whenAbsent : database === null ? 'chain-wins' : (resolutions[field] ?? 'review'),
  }));
}

export const needsReview = ({ fields }: Pick<Conflict, 'fields'>): boolean =>
  fields.some(({ resolution }) => resolution === 'review');

/** Rule CONFLICT-1: the same dispute always has the same id; another value written into the row is another dispute. */
export const conflictIdOf = ({
  ref,
  fields,
  block,
  databaseDigest,
}: Pick<Conflict, 'ref' | 'fields' | 'block' | 'databaseDigest'>): string =>
  digestOf({
    ref,
    fields: fields.map(({ field }) => field).sort(),
    block: { height: block.height, hash: block.hash },
    value: databaseDigest,
  });

export type Dispute = Pick<
  Conflict,
  'id' | 'ref' | 'class' | 'fields' | 'block' | 'databaseDigest' | 'chainDigest' | 'evidence' | 'proof'
>;

/**
 * A dispute as an open conflict, or opened again where `known` was decided before. Where nodes contradict each other only a
 * person can decide: that conflict awaits a review at once.
 */
export function openedConflict(
  dispute: Dispute,
  known: Conflict | undefined,
  { owner, hours, from, by, editors = [] }: Opening,
): Conflict {
  const editedBy = editorsOf(known, editors);
  const conflict: Conflict = {
    ...dispute,
    status: 'open',
    openedAt: new Date(from).toISOString(),
    ...(by !== undefined && { openedBy: by }),
    ...(editedBy.length > 0 && { editedBy }),
    owner: null,
    deadline: null,
    resolvedAt: null,
    decision: null,
    revision: (known?.revision ?? 0) + 1,
  };
  return dispute.class === 'nodes-disagree' ? awaitingReview(conflict, { owner, hours, from }) : conflict;
}

/** The conflict once it is decided, one revision later. */
export const decided = (conflict: Conflict, decision: NonNullable<Conflict['decision']>): Conflict => ({
  ...conflict,
  status: 'resolved',
  owner: null,
  deadline: null,
  resolvedAt: decision.at,
  decision,
  revision: conflict.revision + 1,
});

/** The actor of a decision in the audit trail. */
export const actorOf = ({ by, reviewer }: NonNullable<Conflict['decision']>): string => by ?? reviewer;

/** The persons who had a hand in a conflict so far, and further ones: the service is no person. */
export function editorsOf(known: Conflict | undefined, further: readonly string[] = []): string[] {
  const { editedBy = [], decision = null } = known ?? {};
  const all = [...editedBy, ...(decision === null ? [] : [actorOf(decision)]), ...further];
  return [...new Set(all)].filter((name) => name !== 'service');
}

/** Rule CONFLICT-7: who may not decide the conflict, or undo its decision, where four eyes are required. */
export const mayNotDecide = (conflict: Conflict): string[] => [
  ...new Set([...(conflict.openedBy === undefined ? [] : [conflict.openedBy]), ...editorsOf(conflict)]),
];

/** How a conflict is opened: on whose behalf, and who made the value that is in dispute. */
export interface Opening extends Reviewing {
  readonly by?: string | undefined;
  readonly editors?: readonly string[];
}

/** Who must decide, and within how many hours of a moment. */
export interface Reviewing {
  readonly owner: string;
  readonly hours: number;
  /** Milliseconds since the epoch. */
  readonly from: number;
}

/** The conflict once a person must decide. */
export const awaitingReview = (conflict: Conflict, { owner, hours, from }: Reviewing): Conflict => ({
  ...conflict,
  status: 'awaiting-review',
  owner,
  deadline: new Date(from + hours * 3_600_000).toISOString(),
  resolvedAt: null,
  decision: null,
});
