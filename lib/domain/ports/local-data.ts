import type { EntityRef } from '../entity.ts';
import type { LocalData, LocalPlace } from '../local-data.ts';
import type { AuditEntry } from '../record.ts';

/** Data at a place as it is to be, what it is made from (undefined: there is no item), and the entry of its trail that says so. */
export interface LocalChange {
  readonly before: LocalData | undefined;
  readonly data: LocalData;
  readonly entry: AuditEntry;
}

/** Applications' own data for entities. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface LocalDataStore {
  /** Consistent. What was deleted is found too, with `text` null. */
  find(place: LocalPlace): Promise<LocalData | undefined>;
  /** Consistent, in batches; order and length as asked. */
  findMany(application: string, refs: readonly EntityRef[]): Promise<(LocalData | undefined)[]>;
  /**
   * Stores the data with its entry, or neither (rule LOCAL-2). True if they were stored: the item was still `before`, and the trail
   * had no such entry yet.
   */
  change(change: LocalChange): Promise<boolean>;
}
