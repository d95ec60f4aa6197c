import * as z from 'zod/mini';
import type { FieldError } from '../domain/errors.ts';

export type CheckedInput<T> = { readonly value: T } | { readonly errors: FieldError[] };

/** The parsed value, or every fault by its path. A fault never contains the value. */
export function checked<T>(schema: z.ZodMiniType<T>, value: unknown, root: string): CheckedInput<T> {
  // Only the input distinguishes a missing value from a value of another type.
  const parsed = schema.safeParse(value, { reportInput: true, error: unknownMembers });
  if (parsed.success) return { value: parsed.data };
  const { issues } = parsed.error;
  return {
    errors: issues.map((issue) => ({
      path: issue.path.map(String).join('.').slice(0, 200) || root,
      message: messageFor(issue),
    })),
  };
}

/** The message of zod where a schema has no message and no locale is loaded. */
const noMessage = 'Invalid input';

/** The locales of zod are a megabyte, which readers do not load. */
function messageFor(issue: z.core.$ZodIssue): string {
  if (issue.message !== noMessage) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is required'
        : `must be ${typeNames[issue.expected] ?? `a ${issue.expected}`}`;
    case 'too_big':
      return bound(issue.origin, 'at most', Number(issue.maximum));
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? 'at least' : 'more than', Number(issue.minimum));
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'invalid_union':
      return issue.input === undefined ? 'is required' : 'does not match any allowed form';
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'this name is not allowed';
    default:
      return issue.message;
  }
}

/** Only here, before the issue is complete, does it have the schema, which says what is known. */
function unknownMembers({ code, keys, inst }: z.core.$ZodRawIssue): string | undefined {
  if (code !== 'unrecognized_keys') return undefined;
  const known = inst instanceof z.ZodMiniObject ? Object.keys(inst.shape) : [];
  const unknown = firstOf((keys as string[]).map((key) => key.slice(0, 40)));
  return `unknown members: ${unknown}${known.length === 0 ? '' : `; known: ${firstOf(known)}`}`;
}

const namedAtMost = 10;

/** The first ten, and how many more there are. */
export function firstOf(names: readonly string[]): string {
  const more = names.length - namedAtMost;
  return names.slice(0, namedAtMost).join(', ') + (more > 0 ? ` and ${more} more` : '');
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
