import type { Unchained } from '../audit-chain.ts';
import type { EntityRef } from '../entity.ts';
import type { AuditEntry } from '../record.ts';

/** The audit trail; it only grows. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface Audit {
  /** Newest first; `before` continues below a sequence. */
  history(ref: EntityRef, page: { readonly before?: number; readonly limit: number }): Promise<AuditEntry[]>;
  /**
   * Appends to the trail of a subject without a record (a node, the service, a refused write), behind its newest entry.
   * Nothing is written where the newest entry has the same `after`: an event that is reported twice is written once.
   */
  append(entry: Unchained): Promise<void>;
  /** The entry as it would follow the newest one of its trail; undefined where `append` would write nothing. Writes nothing. */
  following(entry: Unchained): Promise<AuditEntry | undefined>;
  /** All entries of a span of time (ISO 8601, `until` excluded), oldest first, a page at a time. */
  between(from: string, until: string): AsyncIterable<readonly AuditEntry[]>;
  /** Consistent; single entries, in batches; order and length as asked. */
  entries(
    asked: readonly { readonly ref: EntityRef; readonly sequence: number }[],
  ): Promise<(AuditEntry | undefined)[]>;
}
