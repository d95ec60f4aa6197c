import { isOnAbandonedFork } from './claim.ts';
import { canonicalJson, digestOf } from './digest.ts';
import type { EntityDefinition, Resolution } from './entity.ts';
import type { Progress } from './progress.ts';
import type { EntityRecord, Observation } from './record.ts';

/**
 * What an observation says of the record that is there:
 * `new` there is none; `refuted` it is of a branch that never was; `ahead` it is of a later block; `outdated` another
 * definition made it; `match` the same value; `behind` the chain moved on; `missed` it moved on through a block for which
 * the record still vouched; `conflict` another value at the very same block, or a row that was written behind our back;
 * `vanished` there was a value, and the chain has none any more, which a person is to see first.
 */
export type Verdict =
  | 'new'
  | 'refuted'
  | 'ahead'
  | 'outdated'
  | 'match'
  | 'behind'
  | 'missed'
  | 'conflict'
  | 'vanished';

export interface ComparisonBasis {
  readonly progress: Progress;
  /** Who is right where there was a value and the chain has none. */
  readonly whenAbsent: Resolution;
  /** The height through which the record was known to hold: its own, where nothing more was claimed. */
  readonly through: number;
}

export function verdictOf(
  before: EntityRecord | undefined,
  seen: Observation,
  { progress, whenAbsent, through }: ComparisonBasis,
): Verdict {
  if (before === undefined) return 'new';
  if (isOnAbandonedFork(before, progress)) return 'refuted';
  const same = !before.tooLarge && sameValue(before.value, seen.value);
  // Its digest is evidence enough, whatever the heights are.
  if (isEdited(before) && !same) return 'conflict';
  if (before.block.height > seen.block.height) return 'ahead';
  if (before.value !== null && seen.value === null && whenAbsent === 'review') return 'vanished';
  if (before.definition !== seen.definition) return 'outdated';
  if (same) return 'match';
  if (before.block.height === seen.block.height) return 'conflict';
  return seen.block.height <= through ? 'missed' : 'behind';
}

/** Its value was written by somebody else than this service, which writes value and digest together. */
export const isEdited = ({ value, digest }: Pick<EntityRecord, 'value' | 'digest'>): boolean =>
  digestOf(value) !== digest;

/**
 * Its dispute is not over, and what was seen says nothing new: nothing is saved. Where a person has closed a pair of values,
 * it stays closed until either of them changes.
 */
export function isClosedTo(record: EntityRecord, seen: Pick<Observation, 'value' | 'block'>): boolean {
  if (record.conflict === null) return false;
  if (record.conflict.state === 'open') return true;
  if (isEdited(record)) return false;
  if (seen.block.height <= record.block.height) return true;
  const digest = digestOf(seen.value);
  // Where the record has come to hold the chain's side there is no pair any more.
  return digest === record.conflict.chainDigest && digest !== record.digest;
}

export const sameValue = (a: object | null, b: object | null): boolean => canonicalJson(a) === canonicalJson(b);

/** The members that differ, on both sides: all of them where there is no value on one side. */
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
