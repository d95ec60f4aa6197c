import { isOnAbandonedFork } from './claim.ts';
import { canonicalJson, digestOf } from './digest.ts';
import type { EntityDefinition, Resolution } from './entity.ts';
import type { Progress } from './progress.ts';
import type { EntityRecord, Observation } from './record.ts';

/** What an observation says about the stored record. Each verdict leads to one way of saving (`lib/usecases/saving/save.ts`). */
export type Verdict =
  /** There is no record. */
  | 'new'
  /**
   * Nothing of the record counts: it was read on an abandoned fork or at an orphaned block. It is replaced, conditional on its
   * sequence alone (rules FOLLOW-8, SAVE-8).
   */
  | 'void'
  /** The record is of a later block than the observation. */
  | 'ahead'
  /** The record was made by another definition: it is replaced, at equal height too (rule ITEM-4). */
  | 'outdated'
  /** The same value, at the record's block or later: only block and read set move. */
  | 'match'
  /** Another value, at a block for which the record claimed nothing: the chain moved on. */
  | 'behind'
  /** Another value, at a block through which the record was claimed to be verified: a defect (rule CONFLICT-6). */
  | 'missed'
  /** Another value at the record's own block, or a row that this service did not write (rule SAVE-5). */
  | 'conflict'
  /** There was a value and the chain has none, where a person must review that first. */
  | 'vanished';

/** What a verdict depends on besides record and observation. */
export interface VerdictContext {
  readonly progress: Progress;
  /** What happens where there was a value and the chain has none. */
  readonly whenAbsent: Resolution;
  /** The height through which the record was claimed to be verified. A height at or below its own: nothing more was claimed. */
  readonly through: number;
}

/** Compares an observation with the stored record. The order of the lines decides: the first that applies is the verdict. */
export function verdictOf(
  before: EntityRecord | undefined,
  seen: Observation,
  { progress, whenAbsent, through }: VerdictContext,
): Verdict {
  if (before === undefined) return 'new';
  if (isOnAbandonedFork(before, progress)) return 'void';
  const same = !before.tooLarge && sameValue(before.value, seen.value);
  // The digest is evidence by itself, at any height.
  if (isEdited(before) && !same) return 'conflict';
  if (before.block.height > seen.block.height) return 'ahead';
  if (before.value !== null && seen.value === null && whenAbsent === 'review') return 'vanished';
  if (before.definition !== seen.definition) return 'outdated';
  if (same) return 'match';
  if (before.block.height === seen.block.height) return 'conflict';
  return seen.block.height <= through ? 'missed' : 'behind';
}

/** True for a record whose value this service did not write: the service writes value and digest together. */
export const isEdited = ({ value, digest }: Pick<EntityRecord, 'value' | 'digest'>): boolean =>
  digestOf(value) !== digest;

/**
 * True where the record is in dispute and the observation adds nothing: nothing is saved. A pair of values that a person has
 * closed (`kept`) stays closed until either value changes (rule CONFLICT-4).
 */
export function isClosedTo(record: EntityRecord, seen: Pick<Observation, 'value' | 'block'>): boolean {
  if (record.conflict === null) return false;
  if (record.conflict.state === 'open') return true;
  if (isEdited(record)) return false;
  if (seen.block.height <= record.block.height) return true;
  const digest = digestOf(seen.value);
  // If the record itself now holds the chain's value, the pair is gone.
  return digest === record.conflict.chainDigest && digest !== record.digest;
}

export const sameValue = (a: object | null, b: object | null): boolean => canonicalJson(a) === canonicalJson(b);

/** The members that differ, on both sides. Without a value on one side, or without `fields`, both values as they are. */
export function changes<Value extends object>(
  fields: EntityDefinition<Value>['fields'] | undefined,
  before: object | null,
  after: object | null,
): { readonly before: object | null; readonly after: object | null } {
  if (before === null || after === null || fields === undefined) return { before, after };
  const differing = Object.keys(fields).filter(
    (field) => canonicalJson(member(before, field)) !== canonicalJson(member(after, field)),
  );
  const pick = (value: object) => Object.fromEntries(differing.map((field) => [field, member(value, field)]));
  return { before: pick(before), after: pick(after) };
}

export const member = (value: object, field: string): unknown => (value as Record<string, unknown>)[field] ?? null;
