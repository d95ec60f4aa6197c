import * as z from 'zod/mini';
import { InvalidRequest } from '../domain/errors.ts';
import { checked } from './issues.ts';

/** What `POST /v1/lookup` asks for. Ids are judged one by one, by their kinds. */
export const refs = z
  .array(
    z.strictObject({ kind: z.string().check(z.maxLength(40)), id: z.string().check(z.minLength(1), z.maxLength(400)) }),
  )
  .check(z.minLength(1), z.maxLength(100));

/** What `POST /v1/invalidations` asks for: a kind, or a collection of it; or all that somebody owns, `cursor` to go on. */
export const invalidation = z.strictObject({
  kind: z.optional(z.string().check(z.maxLength(40))),
  collection: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  owner: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(2_000))),
});

/** The value as its schema has it; throws InvalidRequest with every fault and its path. */
export function parse<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const got = checked(schema, value, 'body');
  if ('value' in got) return got.value;
  throw new InvalidRequest(got.errors);
}

/** Who decides, and why, as it is kept in the audit trail. */
export const reviewer = z.string().check(z.minLength(1), z.maxLength(200));
export const note = z.optional(z.string().check(z.maxLength(2_000)));

/** To which block, after a hard reset. */
export const rewindBody = z.strictObject({ height: z.int().check(z.minimum(0)), reviewer, note });
