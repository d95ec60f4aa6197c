import type { DomainEvent, Outbox } from '../domain/ports/outbox.ts';
import type { Clock } from '../domain/ports/telemetry.ts';
import { byShards } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { updatesOf } from './dynamodb/conditional.ts';
import { onCondition, type Put, putTransaction } from './dynamodb/transaction.ts';
import { shardKeyOf, shardKeys } from './index-shards.ts';
import { tableName } from './tables.ts';

const nothingThere = 'attribute_not_exists(#id)';
/** Takes the item out of the index `by-pending`; the table drops it days later. */
const setPublished = 'REMOVE #pending SET #expiresAt = :expiresAt';
const isThere = 'attribute_exists(#id)';
const keptSeconds = 7 * 86_400;
const pendingValue = 'yes';
const waiting = '#pending = :shard AND #at < :before';

export function createOutbox(dynamo: Dynamo, prefix: string, clock: Pick<Clock, 'now'>): Outbox {
  const TableName = tableName(prefix, 'outbox');
  const update = updatesOf(dynamo, TableName);
  return {
    async put(event) {
      await putTransaction(dynamo, [{ ...putOfEvent(event, prefix), ...onCondition([nothingThere]) }]);
    },

    async published(id) {
      // Rule CONFLICT-5: `pending` is cleared only after publishing.
      await update({ id }, setPublished, isThere, { ':expiresAt': Math.ceil(clock.now() / 1000) + keptSeconds });
    },

    async unpublished(before, limit) {
      const events: DomainEvent[] = [];
      const pages = byShards<EventItem>(dynamo, {
        table: TableName,
        key: ['id'],
        index: 'by-pending',
        condition: waiting,
        shards: shardKeys(pendingValue),
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

interface EventItem {
  readonly id: string;
  readonly type: DomainEvent['type'];
  readonly at: string;
  readonly detail: string;
  /** Absent once the event is published. */
  readonly pending?: string;
}

const fromItem = ({ id, type, at, detail }: EventItem): DomainEvent => ({ id, type, at, detail: JSON.parse(detail) });

/** The event in an image of the table's stream, which is in the form of the wire. */
export const eventOfImage = ({
  id,
  type,
  at,
  detail,
}: Readonly<Record<string, { readonly S?: string }>>): DomainEvent =>
  fromItem({
    id: id?.S ?? '',
    type: type?.S as DomainEvent['type'],
    at: at?.S ?? '',
    detail: detail?.S ?? 'null',
  });
