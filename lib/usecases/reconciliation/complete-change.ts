import { isEdited } from '../../domain/compare.ts';
import type { Conflict } from '../../domain/conflict.ts';
import { refKey } from '../../domain/entity.ts';
import type { OpenFinding } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { listConflicts } from '../conflicts/list-conflicts.ts';
import { entryOf, putEntry } from '../saving/cache-entry.ts';
import type { Remedied } from './remedies.ts';
import { resolveNow } from './resolve-now.ts';

const pageSize = 50;
/** By how much the clock of whoever opened a conflict may be behind ours. */
const skewMs = 60_000;

/**
 * A record was changed since it was looked at, by whoever began on its page and died, by a reader or by a stream: what they may
 * not have come to is done, its cache entry and the trail of its conflict. `since` (ISO 8601): when it was looked at.
 */
export async function completeChange(
  { ref, finding }: OpenFinding,
  since: string,
  service: Service,
): Promise<Remedied> {
  const record = await service.records.get(ref);
  // What somebody else has written into a row reaches no cache.
  if (record !== undefined && !isEdited(record)) await putEntry(entryOf(record), service);
  const settled = finding === 'conflict' ? await settledSince(refKey(ref), since, service) : undefined;
  return settled === undefined ? { outcome: 'fixed' } : resolveNow(settled.id, service);
}

async function settledSince(
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
