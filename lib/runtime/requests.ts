import * as z from 'zod/mini';
import type { ConflictStatus } from '../domain/conflict.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { unresolved } from '../usecases/conflicts/list-conflicts.ts';
import { checked } from './issues.ts';

/** What `POST /v1/lookup` asks for. Ids are judged one by one, by their kinds. */
export const refs = z
  .array(
    z.strictObject({ kind: z.string().check(z.maxLength(40)), id: z.string().check(z.minLength(1), z.maxLength(400)) }),
  )
  .check(z.minLength(1), z.maxLength(100));

/** What `POST /v1/invalidations` asks for: a kind, or a collection of it; or all that is somebody's, `cursor` to go on. */
export const invalidation = z.strictObject({
  kind: z.optional(z.string().check(z.maxLength(40))),
  collection: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  owner: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(2_000))),
});

/** Who decides, and why, as it is kept in the audit trail. */
export const reviewer = z.string().check(z.minLength(1), z.maxLength(200));
export const note = z.optional(z.string().check(z.maxLength(2_000)));

/** What `POST /v1/conflicts/{id}/decision` asks for. */
export const conflictDecision = z.strictObject({
  decision: z.enum(['chain', 'database', 'dismiss']),
  reviewer,
  note,
  dryRun: z.optional(z.boolean()),
});

/** What `POST /v1/conflicts/resolve` may say. */
export const conflictResolution = z.strictObject({ dryRun: z.optional(z.boolean()) });

/** What `POST /v1/conflicts/{id}/undo` may say. */
export const conflictUndo = z.strictObject({ reviewer: z.optional(reviewer), note });

/** What `POST /v1/reconciliations` may say: by one member of `scope`, which records it is about; all without it. */
export const reconciliationStart = z.strictObject({
  scope: z.optional(
    z.strictObject({
      kind: z.optional(z.string().check(z.maxLength(40))),
      collection: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
      owner: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
    }),
  ),
  dryRun: z.optional(z.boolean()),
});

/** The value as its schema has it; throws InvalidRequest with every fault and its path. */
export function parse<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const got = checked(schema, value, 'body');
  if ('value' in got) return got.value;
  throw new InvalidRequest(got.errors);
}

/** To which block, after a hard reset. */
export const rewindBody = z.strictObject({ height: z.int().check(z.minimum(0)), reviewer, note });

/** Of which status conflicts are listed. Throws InvalidRequest. */
export function statusesOf(status: string | undefined): readonly ConflictStatus[] {
  if (status === undefined) return unresolved;
  const known = (['open', 'awaiting-review', 'resolved'] as const).find((one) => one === status);
  if (known === undefined) {
    throw new InvalidRequest([{ path: 'status', message: 'must be open or awaiting-review or resolved' }]);
  }
  return [known];
}

/** Of a route that changes something: what is misspelt must not be passed over. Throws InvalidRequest. */
export function onlyKnown(query: Readonly<Record<string, string>>, known: readonly string[]): void {
  const unknown = Object.keys(query).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const message = 'is no parameter of this route';
  throw new InvalidRequest(unknown.map((name) => ({ path: name.slice(0, 40), message })));
}

/** Throws InvalidRequest. */
export function flagOf(name: string, text: string | undefined): boolean {
  if (text === undefined || text === 'true' || text === 'false') return text === 'true';
  throw new InvalidRequest([{ path: name, message: 'must be true or false' }]);
}
