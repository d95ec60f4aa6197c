import type { Activity } from '../../../lib/domain/activity.ts';
import type { Row } from '../row.ts';
import { askForAccounts, followThrough, startFollowing } from './follow.ts';

/** What the lists of transactions cost the store while sync follows a recording of which every account is tracked. */
export async function activityWrites(): Promise<Row> {
  const put: Activity[] = [];
  const onCall = (name: string, [activities]: readonly unknown[]): void => {
    if (name === 'activity.put') put.push(...(activities as readonly Activity[]));
  };
  const following = await startFollowing({ recording: 'chain-d', onCall });
  await askForAccounts(following);
  await followThrough(following.truth.lastHeight, following);
  const transactions = new Set(put.map(({ transaction }) => transaction.hash)).size;
  // A transfer with an id is on two lists.
  const writes = put.length + put.filter(({ transfer }) => transfer?.id != null).length;
  return {
    bench: 'transactions of tracked accounts: writes per transaction',
    counts: 'store requests',
    figure: (writes / transactions).toFixed(2),
    against: (put.length / transactions).toFixed(2),
    ratio: writes / put.length,
    detail: `${writes} writes for ${transactions} transactions; least: one for each part of a transaction that concerns an account`,
  };
}
