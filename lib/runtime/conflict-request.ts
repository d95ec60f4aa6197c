import type { ConflictStatus } from '../domain/conflict.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { unresolved } from '../usecases/conflicts/list-conflicts.ts';

const statuses = ['open', 'awaiting-review', 'resolved'] as const satisfies readonly ConflictStatus[];

/** The statuses of the conflicts to list. Throws InvalidRequest. */
export function statusesOf(status: string | undefined): readonly ConflictStatus[] {
  if (status === undefined) return unresolved;
  const known = statuses.find((one) => one === status);
  if (known === undefined) throw new InvalidRequest([{ path: 'status', message: `must be ${statuses.join(' or ')}` }]);
  return [known];
}
