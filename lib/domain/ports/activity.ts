import type { Activity, ActivityRole } from '../activity.ts';

/** The transactions of tracked accounts (rule ACTIVITY-2). Every method throws StoreUnavailable. */
export interface ActivityStore {
  /** Written again, a row is the same row. */
  put(activities: readonly Activity[]): Promise<void>;
  /** Newest first. Consistent. */
  list(account: string, page: ActivityPage): Promise<ActivityRows>;
}

export interface ActivityPage {
  /** Only what stands before this place. */
  readonly before: string;
  readonly limit: number;
  readonly role?: ActivityRole | undefined;
  /** Only transfers with this id. */
  readonly transferId?: string | undefined;
}

export interface ActivityRows {
  readonly items: readonly Activity[];
  /** The place at which the page ended, where more may follow: a page may have fewer items than its limit, even none. */
  readonly last: string | undefined;
}
