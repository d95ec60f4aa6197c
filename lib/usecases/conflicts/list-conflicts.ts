import type { Conflict, ConflictStatus } from '../../domain/conflict.ts';
import { LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';

export const unresolved: readonly ConflictStatus[] = ['open', 'awaiting-review'];

export interface ConflictPage {
  readonly conflicts: readonly Conflict[];
  /** The `after` of the next page; undefined: this is the last page. */
  readonly last: string | undefined;
}

/** Conflicts of these statuses, one status after the other, newest first in each. `after` is the `last` of the page before. */
export async function listConflicts(
  statuses: readonly ConflictStatus[],
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
  { conflicts }: Pick<Service, 'conflicts'>,
): Promise<ConflictPage> {
  const [from, id] = after?.split(' ') ?? [];
  const found: { readonly conflict: Conflict; readonly place: string }[] = [];
  for (const status of statuses.slice(Math.max(0, statuses.indexOf(from as ConflictStatus)))) {
    const before = status === from && id !== undefined ? { after: id } : {};
    const page = await conflicts.byStatus(status, { ...before, limit: limit + 1 - found.length });
    found.push(...page.conflicts.map((conflict) => ({ conflict, place: `${status} ${conflict.id}` })));
    if (found.length > limit) break;
  }
  return {
    conflicts: found.slice(0, limit).map(({ conflict }) => conflict),
    last: found.length > limit ? found[limit - 1]?.place : undefined,
  };
}

/** Throws `not_found`. */
export async function conflictById(id: string, { conflicts }: Pick<Service, 'conflicts'>): Promise<Conflict> {
  const conflict = /^[0-9a-f]{64}$/.test(id) ? await conflicts.get(id) : undefined;
  if (conflict === undefined) throw new LookupError('not_found', 'there is no such conflict');
  return conflict;
}
