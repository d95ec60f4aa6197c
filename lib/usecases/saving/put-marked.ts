import { refKey } from '../../domain/entity.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { entryOf, putEntry } from './cache-entry.ts';

/** The cache entry of a record in dispute: from now on a miss, in what this process remembers as well. */
export async function putDisputedEntry(
  record: EntityRecord,
  service: Pick<Service, 'cache' | 'clock' | 'memory' | 'snapshots'>,
): Promise<void> {
  const entry = entryOf(record);
  service.memory.remember(refKey(record.ref), { entry, snapshot: await service.snapshots.current() });
  await putEntry(entry, service);
}
