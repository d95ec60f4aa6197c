import type * as z from 'zod/mini';
import type { FieldError } from '../domain/errors.ts';

/** What is wrong with a value, in words: zod's own are a megabyte of locales, which no reader needs to load. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[], root: string): FieldError[] {
  return issues.map((issue) => ({ path: issue.path.map(String).join('.') || root, message: inWords(issue) }));
}

function inWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is needed' : `must be ${article(issue.expected)}`;
    case 'too_big':
      return `must have at most ${issue.maximum}${unit(issue.origin)}`;
    case 'too_small':
      return `must have at least ${issue.minimum}${unit(issue.origin)}`;
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

const article = (type: string): string => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`);

const unit = (origin: string): string => ({ array: ' items', string: ' characters' })[origin] ?? '';
