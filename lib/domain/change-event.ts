import type { BlockRef } from './block.ts';
import type { DomainEvent, EventType } from './domain-event.ts';
import type { EntityDefinition, EntityRef } from './entity.ts';
import type { Cause } from './record.ts';

/** An event as it is sent: on the bus, in the feed and by webhooks. null: the event has no such thing. */
export interface ChangeEvent {
  /** The same however often and by whatever way the event comes. */
  readonly id: string;
  /** Its place in the log: what comes after it is asked for with it. */
  readonly cursor: string;
  readonly type: EventType;
  /** ISO 8601. */
  readonly at: string;
  /** The entity that it is about. */
  readonly ref: EntityRef | null;
  /** Package hash of the collection that the entity is of. */
  readonly collection: string | null;
  /** The account of the id, and the accounts of the value and of the value before it. */
  readonly accounts: readonly string[];
  readonly block: Partial<BlockRef> | null;
  readonly cause: Cause | null;
  /** Which change of the record it is. */
  readonly sequence: number | null;
  /** Names of the fields that changed, or that are in dispute. */
  readonly fields: readonly string[];
  /** What only this type has. */
  readonly detail: object;
}

/** An event with more accounts than this names the first ones: the bus takes events of up to 256 KB. */
const mostAccounts = 1_000;

type Common = Partial<Pick<ChangeEvent, 'ref' | 'accounts' | 'block' | 'cause' | 'sequence' | 'fields'>>;

/** Rule FEED-6: the one form of events. */
export function changeEvent(
  { id, type, at, detail: stored }: DomainEvent,
  cursor: string,
  definitions: ReadonlyMap<string, EntityDefinition>,
): ChangeEvent {
  const {
    ref = null,
    accounts = [],
    block = null,
    cause = null,
    sequence = null,
    fields = [],
    ...detail
  } = stored as Common;
  const definition = ref === null ? undefined : definitions.get(ref.kind);
  const ofId = ref !== null && definition?.ofAccount ? [ref.id] : [];
  return {
    id,
    cursor,
    type,
    at,
    ref,
    collection: (ref && definition?.collectionOf?.(ref.id)) ?? null,
    accounts: [...new Set([...ofId, ...accounts])].slice(0, mostAccounts),
    block,
    cause,
    sequence,
    fields,
    detail,
  };
}

/** What a follower of the log, or a webhook, wants. null or left out: whatever it is. */
export interface ChangeFilter {
  /** Of entities. */
  readonly kinds?: readonly string[] | null | undefined;
  readonly types?: readonly string[] | null | undefined;
  /** A package hash. */
  readonly collection?: string | null | undefined;
  /** An account, or another owner of tokens, as answers show it. */
  readonly account?: string | null | undefined;
}

/** Whether an event fits all of the filter. */
export const isWanted = (
  event: ChangeEvent,
  { kinds = null, types = null, collection = null, account = null }: ChangeFilter,
): boolean =>
  (kinds === null || (event.ref !== null && kinds.includes(event.ref.kind))) &&
  (types === null || types.includes(event.type)) &&
  (collection === null || event.collection === collection) &&
  (account === null || event.accounts.includes(account));
