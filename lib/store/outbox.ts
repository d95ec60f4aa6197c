import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { DomainEvent } from '../domain/domain-event.ts';
import type { Outbox, StoredEvent } from '../domain/ports/outbox.ts';
import type { Clock } from '../domain/ports/telemetry.ts';
import { batchGet } from './dynamodb/batches.ts';
import { byShards } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { updatesOf } from './dynamodb/conditional.ts';
import { onCondition, type Put, putTransaction } from './dynamodb/transaction.ts';
import { shardKeyOf, shardKeys } from './index-shards.ts';
import { storedJson } from './stored-json.ts';
import { tableName } from './tables.ts';

const nothingThere = 'attribute_not_exists(#id)';
/** Takes the item out of the index `by-pending`; the table drops it days later. */
const setPublished = 'REMOVE #pending SET #expiresAt = :expiresAt';
/** Rule FEED-3: an event that has no place in the log stays flagged, and so is never dropped. */
const isPlaced = 'attribute_exists(#cursor)';
const nothingBefore = 'attribute_not_exists(#bucket)';
const sameBefore = '#event = :before';
const keptSeconds = 7 * 86_400;
const pendingValue = 'yes';
const waiting = '#pending = :shard AND #at < :before';

export function createOutbox(dynamo: Dynamo, prefix: string, clock: Pick<Clock, 'now'>): Outbox {
  const TableName = tableName(prefix, 'outbox');
  const update = updatesOf(dynamo, TableName);

  return {
    async put(event, subject) {
      const once = onCondition([nothingThere]);
      if (subject === undefined)
        return void (await putTransaction(dynamo, [{ ...putOfEvent(event, prefix), ...once }]));
      for (;;) {
        const [put, last] = await putsOfChained(dynamo, event, subject, prefix);
        const refused = await putTransaction(dynamo, [{ ...put, ...once }, last]);
        // Another event of the subject was faster, unless this one is there.
        if (refused === undefined || refused.images.has(0)) return;
      }
    },

    async find(ids) {
      const keys = [...new Set(ids)].map((id) => ({ id }));
      const found = new Map((await batchGet<EventItem>(dynamo, TableName, keys)).map((item) => [item.id, item]));
      return ids.map((id) => storedFrom(found.get(id)));
    },

    async published(id) {
      // Rule CONFLICT-5: `pending` is cleared only after publishing.
      await update({ id }, setPublished, isPlaced, { ':expiresAt': Math.ceil(clock.now() / 1000) + keptSeconds });
    },

    async unpublished(before, limit, shard) {
      const events: DomainEvent[] = [];
      const pages = byShards<EventItem>(dynamo, {
        table: TableName,
        key: ['id'],
        index: 'by-pending',
        condition: waiting,
        // Rule FEED-9: one shard costs one reading.
        shards: shardKeys(pendingValue).filter((_, at) => shard === undefined || at === shard),
        sort: 'at',
        values: { ':before': before },
        newestFirst: false,
        pageSize: Math.min(limit, 100),
      });
      for await (const page of pages) {
        events.push(...page.filter(({ pending }) => pending !== undefined).map(fromItem));
        if (events.length >= limit) break;
      }
      return events.slice(0, limit);
    },
  };
}

/** For the transaction of the change that the event reports. The conditions of the change decide whether it is written. */
export const putOfEvent = ({ id, type, at, detail }: DomainEvent, prefix: string): Put => ({
  TableName: tableName(prefix, 'outbox'),
  Item: { id, type, at, detail: JSON.stringify(detail), pending: shardKeyOf(pendingValue, id) },
});

/**
 * The same for an event whose subject chains its events in the order in which they are put (rule FEED-2). Which one was put last is
 * kept with the log, whose stream nothing listens to: the second put is refused where another one came between.
 */
export async function putsOfChained(
  dynamo: Dynamo,
  event: DomainEvent,
  subject: string,
  prefix: string,
): Promise<readonly [Put, Put]> {
  const TableName = tableName(prefix, 'changes');
  const Key = { bucket: `subject#${subject}`, position: 0 };
  const before = (await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item?.event;
  const put = putOfEvent(event, prefix);
  const last = { TableName, Item: { ...Key, event: event.id } };
  return before === undefined
    ? [put, { ...last, ...onCondition([nothingBefore]) }]
    : [
        { ...put, Item: { ...put.Item, previous: before } },
        { ...last, ...onCondition([sameBefore], { ':before': before }) },
      ];
}

interface EventItem {
  readonly id: string;
  readonly type: DomainEvent['type'];
  readonly at: string;
  readonly detail: string;
  /** Absent once the event is published. */
  readonly pending?: string;
  readonly cursor?: string;
  readonly previous?: string;
}

const storedFrom = (item: EventItem | undefined): StoredEvent | undefined =>
  item && {
    event: fromItem(item),
    cursor: item.cursor ?? null,
    pending: item.pending !== undefined,
    previous: item.previous ?? null,
  };

const fromItem = ({ id, type, at, detail }: EventItem): DomainEvent => ({ id, type, at, detail: storedDetail(detail) });

/** Rule FEED-3: an item that was edited to something else holds up no other event; it is an event without details. */
export function storedDetail(text: unknown): object {
  try {
    const value = storedJson(String(text));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** The event in an image of the table's stream, which is in the form of the wire. */
export const eventOfImage = ({
  id,
  type,
  at,
  detail,
}: Readonly<Record<string, { readonly S?: string }>>): DomainEvent => ({
  id: id?.S ?? '',
  type: type?.S as DomainEvent['type'],
  at: at?.S ?? '',
  detail: JSON.parse(detail?.S ?? 'null'),
});
