import { UnusableAnswer } from '../../domain/errors.ts';
import { RpcFailure } from './errors.ts';

export type Shape = Readonly<Record<string, unknown>>;

/** Rule ANSWER-2: the answer lacks a member, or holds a mistyped one: this node cannot be used for it, another node may. */
export function malformed(what: string): never {
  throw new RpcFailure('form', `an answer without ${what}`);
}

/** Rule ANSWER-1: the answer is well-formed and holds what is not known here. `found`: the variant that it holds. */
export function unreadable(what: string, found: string): never {
  throw new UnusableAnswer(
    'value_unreadable',
    `the answer holds ${what} of a kind that is not known: ${found.slice(0, 40)}`,
  );
}

export function shape(value: unknown, what: string): Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Shape) : malformed(what);
}

export function list(value: unknown, what: string): readonly unknown[] {
  return Array.isArray(value) ? value : malformed(what);
}

export function text(value: unknown, what: string): string {
  return typeof value === 'string' ? value : malformed(what);
}

export function integer(value: unknown, what: string): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : malformed(what);
}

/** ISO 8601. A text that is not a time could not be compared with any other time. */
export function instant(value: unknown, what: string): string {
  const time = text(value, what);
  return Number.isNaN(Date.parse(time)) ? malformed(what) : time;
}

/** An amount as a decimal string. Some fields hold it as an integer. */
export function digits(value: unknown, what: string): string {
  const exact =
    typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
  return /^\d+$/.test(exact) ? exact : malformed(what);
}

/** The variant of an externally tagged enum: `{"Version2": {...}}`, or its bare name where it has no content. */
export function variant(value: unknown, what: string): readonly [name: string, body: unknown] {
  if (typeof value === 'string' && value !== '') return [value, undefined];
  const [entry, ...others] = Object.entries(shape(value, what));
  return entry === undefined || others.length > 0 ? malformed(what) : entry;
}

/** The content of a variant that must be one of these: another one is not known here. */
export function known<Name extends string>(
  value: unknown,
  names: readonly Name[],
  what: string,
): readonly [name: Name, body: unknown] {
  const [name, body] = variant(value, what);
  return names.includes(name as Name) ? [name as Name, body] : unreadable(what, name);
}
