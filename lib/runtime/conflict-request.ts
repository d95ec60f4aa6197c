import * as z from 'zod/mini';
import type { ConflictStatus } from '../domain/conflict.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { unresolved } from '../usecases/conflicts/list-conflicts.ts';

const statuses = ['open', 'awaiting-review', 'resolved'] as const satisfies readonly ConflictStatus[];

/** The position in a list of conflicts of these statuses: a status, and the id of the last conflict. */
export const placeIn = (listed: readonly ConflictStatus[]) =>
  z.string().check(z.regex(new RegExp(`^(?:${listed.join('|')}) [0-9a-f]{64}$`)));

/** The statuses of the conflicts to list. Throws InvalidRequest. */
export function statusesOf(status: string | undefined): readonly ConflictStatus[] {
  if (status === undefined) return unresolved;
  const known = statuses.find((one) => one === status);
  if (known === undefined) throw new InvalidRequest([{ path: 'status', message: `must be ${statuses.join(' or ')}` }]);
  return [known];
}
