import type { DomainEvent } from '../domain-event.ts';
import type { AuditEntry } from '../record.ts';
import type { StoredSubmission } from '../submission.ts';

/** Submitted transactions. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface SubmissionStore {
  /** Consistent. */
  find(hash: string): Promise<StoredSubmission | undefined>;
  /**
   * Puts the submission, the entry of its trail and the event that reports it, or none of them. True where they were put: the
   * revision was one above the stored one (rule SUBMIT-2).
   */
  change(submission: StoredSubmission, entry?: AuditEntry, event?: DomainEvent): Promise<boolean>;
  /** Keeps the key of a principal with a hash; gives the hash that the key is kept with, which may be an earlier one. */
  bindKey(principal: string, key: string, hash: string, now: number): Promise<string>;
  /** Submissions of an account (64 hex digits) that have not ended, those that expire first. */
  openOf(account: string, limit: number): Promise<readonly StoredSubmission[]>;
  /** Submissions that have not ended, those that expire first. */
  open(limit: number): Promise<readonly StoredSubmission[]>;
}
