import type * as z from 'zod/mini';
import { InvalidRequest } from '../domain/errors.ts';
import { checked } from './issues.ts';

/** The value as its schema has it. Throws InvalidRequest with every fault and its path. */
export function parse<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const got = checked(schema, value, 'body');
  if ('value' in got) return got.value;
  throw new InvalidRequest(got.errors);
}

/** Throws InvalidRequest. */
export function flagOf(name: string, text: string | undefined): boolean {
  if (text === undefined || text === 'true' || text === 'false') return text === 'true';
  throw new InvalidRequest([{ path: name, message: 'must be true or false' }]);
}
