import * as z from 'zod/mini';
import { InvalidRequest } from '../domain/errors.ts';
import { checked } from './issues.ts';

/** What `POST /v1/lookup` asks for. Ids are judged one by one, by their kinds. */
export const refs = z
  .array(
    z.strictObject({ kind: z.string().check(z.maxLength(40)), id: z.string().check(z.minLength(1), z.maxLength(400)) }),
  )
  .check(z.minLength(1), z.maxLength(100));

/** The value as its schema has it; throws InvalidRequest with every fault and its path. */
export function parse<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const got = checked(schema, value, 'body');
  if ('value' in got) return got.value;
  throw new InvalidRequest(got.errors);
}
