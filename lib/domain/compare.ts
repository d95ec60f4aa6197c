import { ofAnotherBranch } from './claim.ts';
import { canonicalJson } from './digest.ts';
import type { EntityDefinition } from './entity.ts';
import type { Progress } from './progress.ts';
import type { EntityRecord, Observation } from './record.ts';

/**
 * What an observation says of the record that is there:
 * `new` there is none; `refuted` it is of a branch that never was; `outdated` another definition made it; `ahead` it is
 * of a later block; `match` the same value; `conflict` another value at the very same block; `behind` the chain moved on.
 */
export type Verdict = 'new' | 'refuted' | 'ahead' | 'outdated' | 'match' | 'conflict' | 'behind';

export function compare(before: EntityRecord | undefined, seen: Observation, progress: Progress): Verdict {
  if (before === undefined) return 'new';
  if (ofAnotherBranch(before, progress)) return 'refuted';
  if (before.block.height > seen.block.height) return 'ahead';
  if (before.definition !== seen.definition) return 'outdated';
  if (!before.tooLarge && sameValue(before.value, seen.value)) return 'match';
  return before.block.height === seen.block.height ? 'conflict' : 'behind';
}

export const sameValue = (one: object | null, other: object | null): boolean =>
  canonicalJson(one) === canonicalJson(other);

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

const member = (value: object, field: string): unknown => (value as Record<string, unknown>)[field] ?? null;
