import { isEdited } from '../../domain/compare.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { messageOf } from '../../domain/errors.ts';
import type { EntityRecord } from '../../domain/record.ts';

/** The checks that the record's kind makes of its value: by name, the problem as a sentence, or undefined if it passed. */
export function checkShape(
  record: EntityRecord,
  definition: EntityDefinition,
): ReadonlyMap<string, string | undefined> {
  const { value } = record;
  // These checks do not apply to a value of another definition. A row that was edited has failed its digest already.
  if (value === null || record.definition !== definition.definition || isEdited(record)) return new Map();
  const schema = wrongFields(value, Object.keys(definition.fields));
  if (schema !== undefined) return new Map([['schema', schema]]);
  return new Map([
    ['schema', undefined],
    ...definition.checks.map((check) => [check.name, failureOf(() => check.find(value))] as const),
  ]);
}

function wrongFields(value: object, fields: readonly string[]): string | undefined {
  const missing = fields.filter((field) => !Object.hasOwn(value, field));
  const unknown = Object.keys(value).filter((field) => !fields.includes(field));
  if (missing.length === 0 && unknown.length === 0) return undefined;
  return [
    ...missing.map((field) => `missing field ${field}`),
    ...unknown.map((field) => `unknown field ${field}`),
  ].join(', ');
}

/** A check that throws has failed: the value has a form that the check cannot read. */
function failureOf(find: () => string | undefined): string | undefined {
  try {
    return find();
  } catch (error) {
    return `the check cannot read the value: ${messageOf(error)}`;
  }
}
