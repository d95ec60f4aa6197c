import { activitiesIn } from '../../domain/activity.ts';
import type { StateKey } from '../../domain/block.ts';
import type { Service } from '../../domain/service.ts';
import type { WatchedContext } from './following.ts';

/**
 * Rule ACTIVITY-2: what the batch's transactions were to the accounts that are tracked, before the cursor moves. `present`: of
 * the keys of all accounts that take part, those that anything watches. Throws StoreUnavailable.
 */
export async function listTransactions(
  { batch, snapshot, found }: WatchedContext,
  present: ReadonlySet<StateKey>,
  { activity, definitions }: Pick<Service, 'activity' | 'definitions'>,
): Promise<void> {
  if (batch.transactions.length === 0) return;
  const owners = new Map<StateKey, readonly string[]>();
  for (const { ref, keys } of found.values()) {
    if (definitions.get(ref.kind)?.ofAccount !== true) continue;
    for (const key of keys) if (key.startsWith('balance-')) owners.set(key, [...(owners.get(key) ?? []), ref.id]);
  }
  const tracked = {
    has: (account: string) => present.has(account),
    ofBalance: (key: StateKey) => owners.get(key) ?? [],
  };
  await activity.put(activitiesIn(batch.transactions, tracked, snapshot.progress.fork));
}
