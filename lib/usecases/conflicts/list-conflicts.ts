import type { Conflict, ConflictStatus } from '../../domain/conflict.ts';
import { InvalidRequest, LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

export const unresolved: readonly ConflictStatus[] = ['open', 'awaiting-review'];

export interface ConflictPage {
  readonly conflicts: readonly Conflict[];
  /** The `after` of the next page; undefined: this is the last page. */
  readonly last: string | undefined;
}

/** Conflicts of these statuses, one status after the other, newest first in each. `after` is the `last` of the page before. Throws InvalidRequest. */
export async function listConflicts(
  statuses: readonly ConflictStatus[],
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
  { conflicts }: Pick<Service, 'conflicts'>,
): Promise<ConflictPage> {
  const [from, id] = after?.split(' ') ?? [];
  if (id !== undefined && (await conflicts.get(id)) === undefined) throw noCursor();
  const found: Conflict[] = [];
  for (const status of statuses.slice(Math.max(0, statuses.indexOf(from as ConflictStatus)))) {
    const before = status === from && id !== undefined ? { after: id } : {};
    const page = await conflicts.byStatus(status, { ...before, limit: limit + 1 - found.length });
    found.push(...page.conflicts);
    if (found.length > limit) break;
  }
  const listed = found.slice(0, limit);
  const end = listed.at(-1);
  return { conflicts: listed, last: end && found.length > limit ? placeOf(end) : undefined };
}

/** The place of a conflict in a list of its status. */
export const placeOf = ({ status, id }: Conflict): string => `${status} ${id}`;

const noCursor = (): InvalidRequest =>
  new InvalidRequest([{ path: 'cursor', message: 'is not a cursor of this query' }]);

/** Throws `not_found`, and `conflict_state` where the stored row is not a conflict any more. */
export async function conflictById(id: string, { conflicts }: Pick<Service, 'conflicts'>): Promise<Conflict> {
  const conflict = /^[0-9a-f]{64}$/.test(id) ? await conflicts.get(id) : undefined;
  if (conflict === undefined) throw new LookupError('not_found', 'there is no such conflict');
  if (conflict.unreadable) throw new LookupError('conflict_state', unreadableRow);
  return conflict;
}

/** The row of a conflict was changed outside this service, so that it says nothing that can be decided. */
export const unreadableRow = 'the stored row of this conflict was changed outside this service and cannot be read';
