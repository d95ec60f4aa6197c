import type * as z from 'zod/mini';
import { InvalidRequest } from '../domain/errors.ts';
import { checked } from './issues.ts';

/** The value as its schema has it. Throws InvalidRequest with every fault and its path. */
export function parse<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const got = checked(schema, value, 'body');
  if ('value' in got) return got.value;
  throw new InvalidRequest(got.errors);
}

/** For a route that changes something: a misspelt parameter must not be ignored. Throws InvalidRequest. */
export function onlyKnown(query: Readonly<Record<string, string>>, known: readonly string[]): void {
  const unknown = Object.keys(query).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const message = 'unknown parameter';
  throw new InvalidRequest(unknown.map((name) => ({ path: name.slice(0, 40), message })));
}

/** Throws InvalidRequest. */
export function flagOf(name: string, text: string | undefined): boolean {
  if (text === undefined || text === 'true' || text === 'false') return text === 'true';
  throw new InvalidRequest([{ path: name, message: 'must be true or false' }]);
}
