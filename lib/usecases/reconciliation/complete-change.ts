import { isEdited } from '../../domain/compare.ts';
import type { Conflict } from '../../domain/conflict.ts';
import { refKey } from '../../domain/entity.ts';
import type { OpenFinding } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { listConflicts } from '../conflicts/list-conflicts.ts';
import { entryOf, putEntry } from '../saving/cache-entry.ts';
import { type RemedyResult, resolveNow } from './save-by-quorum.ts';

const pageSize = 50;
/** How far the clock of another process may be behind. */
const skewMs = 60_000;

/**
 * The record was changed after it was examined: by a worker that died on this page, by a reader, or by a stream. Does what
 * that process may not have done: the cache entry, and the rest of the conflict. `since` (ISO 8601): when it was examined.
 */
export async function completeChange(
  { ref, finding }: OpenFinding,
  since: string,
  service: Service,
): Promise<RemedyResult> {
  const record = await service.records.get(ref);
  // A row that was edited outside the service reaches no cache.
  if (record !== undefined && !isEdited(record)) await putEntry(entryOf(record), service);
  const resolved = finding === 'conflict' ? await resolvedSince(refKey(ref), since, service) : undefined;
  return resolved === undefined ? { outcome: 'fixed' } : resolveNow(resolved.id, service);
}

/** The newest resolved conflict of a record that was opened at or after `since`. */
async function resolvedSince(
  key: string,
  since: string,
  service: Pick<Service, 'conflicts'>,
): Promise<Conflict | undefined> {
  const earliest = Date.parse(since) - skewMs;
  let after: string | undefined;
  do {
    const page = await listConflicts(['resolved'], { after, limit: pageSize }, service);
    for (const conflict of page.conflicts) {
      if (Date.parse(conflict.openedAt) < earliest) return undefined;
      if (refKey(conflict.ref) === key) return conflict;
    }
    after = page.last;
  } while (after !== undefined);
  return undefined;
}
