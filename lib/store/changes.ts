import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { cursorOf, emptyLog, type LoggedEvent } from '../domain/change.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import type { LogOfChanges } from '../domain/ports/changes.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { namesIn, valuesIn } from './dynamodb/conditional.ts';
import { uncontested } from './dynamodb/contention.ts';
import { conditionsFailed } from './dynamodb/transaction.ts';
import { storedDetail } from './outbox.ts';
import { tableName } from './tables.ts';

/** So few that at a thousand events a second no partition takes more than its share of the writes. */
const bucketSize = 100;
const bucketsAtOnce = 4;
const headKey = { bucket: 'head', position: 0 };

const isHead = '#last = :last';
const isEmpty = 'attribute_not_exists(#bucket)';
const moveHead = 'SET #last = :next, #check = :check, #keptUntil = :keptUntil';
/** Rule FEED-1: an event gets one place, however often and by how many it is tried. */
const unplaced = 'attribute_exists(#id) AND attribute_not_exists(#cursor)';
const place = 'SET #cursor = :cursor';
const between = '#bucket = :bucket AND #position BETWEEN :from AND :to';

export function createChanges(dynamo: Dynamo, prefix: string): LogOfChanges {
  const TableName = tableName(prefix, 'changes');
  const outbox = tableName(prefix, 'outbox');

  async function itemAt(key: Record<string, unknown>): Promise<Record<string, unknown> | undefined> {
    return (await dynamo.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))).Item;
  }

  async function within(bucket: number, from: number, to: number): Promise<ChangeItem[]> {
    const found: ChangeItem[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const answer = await dynamo.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: between,
          ExpressionAttributeNames: namesIn(between),
          ExpressionAttributeValues: { ':bucket': bucketName(bucket), ':from': from, ':to': to },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      found.push(...((answer.Items ?? []) as ChangeItem[]));
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
    return found;
  }

  return {
    async head() {
      const item = (await itemAt(headKey)) as HeadItem | undefined;
      return item === undefined ? emptyLog : { position: item.last, check: item.check, keptUntil: item.keptUntil };
    },

    async read(after, to, now) {
      if (to <= after) return [];
      const [first, last] = [bucketOf(after + 1), bucketOf(to)];
      const buckets = Array.from({ length: last - first + 1 }, (_, at) => first + at);
      const found = await pLimit(bucketsAtOnce).map(buckets, (bucket) => within(bucket, after + 1, to));
      return unbroken(found.flat(), after, now).map(fromItem);
    },

    async oldest(head, now) {
      // Events are dropped in the order of their positions, so half of what is left can be ruled out at a time.
      let [gone, kept] = [0, head.position + 1];
      while (kept - gone > 1) {
        const middle = Math.floor((gone + kept) / 2);
        const item = await itemAt({ bucket: bucketName(bucketOf(middle)), position: middle });
        if (item !== undefined && isKept(item as unknown as ChangeItem, now)) kept = middle;
        else gone = middle;
      }
      return kept;
    },

    async append(head, events) {
      const end = events.at(-1);
      if (end === undefined) return true;
      const headCondition = head.position === 0 ? isEmpty : isHead;
      const values = {
        ':last': head.position,
        ':next': end.position,
        ':check': end.check,
        ':keptUntil': end.keptUntil,
      };
      const moved = {
        TableName,
        Key: headKey,
        UpdateExpression: moveHead,
        ConditionExpression: headCondition,
        ExpressionAttributeNames: namesIn(moveHead, headCondition),
        ExpressionAttributeValues: valuesIn(values, moveHead, headCondition),
      };
      const items = events.flatMap((one) => [
        { Put: { TableName, Item: toItem(one) } },
        {
          Update: {
            TableName: outbox,
            Key: { id: one.event.id },
            UpdateExpression: place,
            ConditionExpression: unplaced,
            ExpressionAttributeNames: namesIn(place, unplaced),
            ExpressionAttributeValues: { ':cursor': cursorOf(one) },
          },
        },
      ]);
      try {
        await uncontested<unknown>(dynamo, () =>
          dynamo.send(new TransactWriteCommand({ TransactItems: [{ Update: moved }, ...items] })),
        );
        return true;
      } catch (error) {
        if (conditionsFailed(error).length > 0) return false;
        throw error;
      }
    },
  };
}

const bucketOf = (position: number): number => Math.floor((position - 1) / bucketSize);
const bucketName = (bucket: number): string => `events#${bucket}`;

interface HeadItem {
  readonly last: number;
  readonly check: string;
  readonly keptUntil: number;
}

interface ChangeItem {
  readonly bucket: string;
  readonly position: number;
  readonly check: string;
  readonly previous: string;
  readonly id: string;
  readonly type: DomainEvent['type'];
  readonly at: string;
  /** JSON text. */
  readonly detail: string;
  readonly expiresAt: number;
}

const toItem = ({
  position,
  check,
  previous,
  keptUntil,
  event: { id, type, at, detail },
}: LoggedEvent): ChangeItem => ({
  ...{ bucket: bucketName(bucketOf(position)), position, check, previous },
  ...{ id, type, at, detail: JSON.stringify(detail), expiresAt: keptUntil },
});

const fromItem = ({ position, check, previous, id, type, at, detail, expiresAt }: ChangeItem): LoggedEvent => ({
  position,
  check,
  previous,
  event: { id, type, at, detail: storedDetail(detail) },
  keptUntil: expiresAt,
});

/** Rule FEED-5: the table removes what has expired days later, and in no order; an expired event counts as gone. */
const isKept = ({ expiresAt }: ChangeItem, now: number): boolean => expiresAt > now / 1_000;

function unbroken(items: readonly ChangeItem[], after: number, now: number): ChangeItem[] {
  const end = items.findIndex((item, at) => item.position !== after + 1 + at || !isKept(item, now));
  return end === -1 ? [...items] : items.slice(0, end);
}
