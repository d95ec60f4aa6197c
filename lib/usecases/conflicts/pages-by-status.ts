import type { Conflict } from '../../domain/conflict.ts';
import type { Service } from '../../domain/service.ts';

/** The conflicts of a status, newest first, page by page and up to so many pages. Throws StoreUnavailable. */
export async function* pagesByStatus(
  status: Conflict['status'],
  { pageSize, mostPages }: { readonly pageSize: number; readonly mostPages: number },
  conflicts: Service['conflicts'],
): AsyncGenerator<readonly Conflict[]> {
  let after: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const found = await conflicts.byStatus(status, { limit: pageSize, ...(after !== undefined && { after }) });
    yield found.conflicts;
    after = found.conflicts.at(-1)?.id;
    if (!found.more || after === undefined) return;
  }
}
