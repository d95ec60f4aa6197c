import type { StoredKey } from '../api-key.ts';
import type { AuditEntry } from '../record.ts';

/** A key as it is to be, and the entry of its trail that says so. */
export interface KeyChange {
  readonly key: StoredKey;
  readonly entry: AuditEntry;
}

/** API keys, without their secrets. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface Keys {
  /** Consistent. */
  find(id: string): Promise<StoredKey | undefined>;
  /** Newest first; `after` continues behind an id. */
  list(page: {
    readonly after?: string;
    readonly limit: number;
  }): Promise<{ readonly keys: readonly StoredKey[]; readonly more: boolean }>;
  /**
   * Makes all of the changes, each with its entry, or none (rules ITEM-3 and ACCESS-21). True if they were made: each revision was one
   * above the stored one, and no trail had such an entry yet.
   */
  change(...changes: readonly KeyChange[]): Promise<boolean>;
}
