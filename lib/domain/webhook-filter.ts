import type { ChangeEvent } from './change-event.ts';
import type { WebhookFilter } from './webhook.ts';

/** Whether an event fits all of the filter. */
export function fits(
  { kinds, types, collection, account }: WebhookFilter,
  event: Pick<ChangeEvent, 'type' | 'ref' | 'collection' | 'accounts'>,
): boolean {
  return (
    (kinds === null || (event.ref !== null && kinds.includes(event.ref.kind))) &&
    (types === null || types.includes(event.type)) &&
    (collection === null || event.collection === collection) &&
    (account === null || event.accounts.includes(account))
  );
}
