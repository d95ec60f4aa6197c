import { isEdited } from '../../domain/compare.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { messageOf } from '../../domain/errors.ts';
import type { EntityRecord } from '../../domain/record.ts';

/** What the checks of its kind say of a value: by name, a sentence, or undefined where it is whole. */
export function checkShape(
  record: EntityRecord,
  definition: EntityDefinition,
): ReadonlyMap<string, string | undefined> {
  const { value } = record;
  // What another definition wrote is not judged by this one; what somebody else wrote has failed already.
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
  return [...missing.map((field) => `lacks ${field}`), ...unknown.map((field) => `has ${field}`)].join(', ');
}

/** A value that its own check cannot read is not whole. */
function failureOf(find: () => string | undefined): string | undefined {
  try {
    return find();
  } catch (error) {
    return `it cannot be read: ${messageOf(error)}`;
  }
}
