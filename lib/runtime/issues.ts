import type * as z from 'zod/mini';
import type { FieldError } from '../domain/errors.ts';

export type CheckedInput<T> = { readonly value: T } | { readonly errors: FieldError[] };

/** The value as its schema has it, or everything that is wrong with it, by path; never what was there instead. */
export function checked<T>(schema: z.ZodMiniType<T>, value: unknown, root: string): CheckedInput<T> {
  // Only with its input an issue tells what is missing from what is of the wrong type.
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { value: parsed.data };
  const { issues } = parsed.error;
  return {
    errors: issues.map((issue) => ({ path: issue.path.map(String).join('.') || root, message: inWords(issue) })),
  };
}

/** What zod says where a schema has no words of its own and no locale is loaded. */
const noWords = 'Invalid input';

/** zod's own words are a megabyte of locales, which no reader needs to load. */
function inWords(issue: z.core.$ZodIssue): string {
  if (issue.message !== noWords) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is needed' : `must be ${typeNames[issue.expected] ?? `a ${issue.expected}`}`;
    case 'too_big':
      return bound(issue.origin, 'at most', Number(issue.maximum));
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? 'at least' : 'more than', Number(issue.minimum));
    case 'unrecognized_keys':
      return `has unknown members: ${issue.keys.map((key) => key.slice(0, 40)).join(', ')}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'invalid_union':
      return 'has none of the forms that it may have';
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'has a name that it may not have';
    default:
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'an array',
  object: 'an object',
  record: 'an object',
  int: 'a whole number',
};

const units: Readonly<Record<string, string>> = { array: 'item', string: 'character' };

function bound(origin: string, relation: string, limit: number): string {
  const unit = units[origin];
  if (unit === undefined) return `must be ${relation} ${limit}`;
  return `must have ${relation} ${limit} ${unit}${limit === 1 ? '' : 's'}`;
}
