import { BatchGetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { type EntityRef, refKey } from '../domain/entity.ts';
import { StoreUnavailable } from '../domain/errors.ts';
import type { Records } from '../domain/service.ts';
import type { Dynamo } from './client.ts';
import { backoff } from './contention.ts';
import { namesIn } from './expression.ts';
import { fromItem, ownerKey, type RecordItem } from './record-item.ts';
import { tableName } from './tables.ts';

const batchSize = 100;
const batchesAtOnce = 4;
/** Rounds in a row that bring nothing; a batch above 16 MB comes in several rounds and is no failure. */
const emptyRounds = 5;

/** Reading many records: by their refs, or by their owner. */
export function createRecordReader(dynamo: Dynamo, prefix: string): Pick<Records, 'getMany' | 'byOwner'> {
  const TableName = tableName(prefix, 'records');

  async function readBatch(refs: readonly string[]): Promise<RecordItem[]> {
    const items: RecordItem[] = [];
    let keys = refs.map((ref): Record<string, unknown> => ({ ref }));
    for (let empty = 0; ; ) {
      const request = { [TableName]: { Keys: keys, ConsistentRead: true } };
      const answer = await dynamo.send(new BatchGetCommand({ RequestItems: request }));
      const found = (answer.Responses?.[TableName] ?? []) as RecordItem[];
      const left = answer.UnprocessedKeys?.[TableName]?.Keys ?? [];
      items.push(...found);
      if (left.length === 0) return items;
      empty = left.length < keys.length ? 0 : empty + 1;
      if (empty === emptyRounds) throw new StoreUnavailable(`the database left ${left.length} keys of a batch unread`);
      keys = left;
      await backoff(empty);
    }
  }

  return {
    async getMany(refs) {
      const distinct = [...new Set(refs.map(refKey))];
      const batches = Array.from({ length: Math.ceil(distinct.length / batchSize) }, (_, at) =>
        distinct.slice(at * batchSize, (at + 1) * batchSize),
      );
      const items = (await pLimit(batchesAtOnce).map(batches, readBatch)).flat();
      const found = new Map(items.map((item) => [item.ref, fromItem(item)]));
      return refs.map((ref) => found.get(refKey(ref)));
    },

    async byOwner(kind, owner, { prefix: idPrefix = '', after, limit }) {
      if (after !== undefined && after > idPrefix && !after.startsWith(idPrefix)) return { refs: [], more: false };
      const condition = idPrefix === '' ? '#ownerKey = :owner' : '#ownerKey = :owner AND begins_with(#id, :prefix)';
      const refs: EntityRef[] = [];
      // A start outside the condition is refused, so one that lies before the prefix is left out.
      let start: Record<string, unknown> | undefined = after?.startsWith(idPrefix)
        ? { ownerKey: ownerKey(kind, owner), id: after, ref: refKey({ kind, id: after }) }
        : undefined;
      do {
        const answer = await dynamo.send(
          new QueryCommand({
            TableName,
            IndexName: 'by-owner',
            KeyConditionExpression: condition,
            ExpressionAttributeNames: namesIn(condition),
            ExpressionAttributeValues: {
              ':owner': ownerKey(kind, owner),
              ...(idPrefix !== '' && { ':prefix': idPrefix }),
            },
            Limit: limit + 1 - refs.length,
            ExclusiveStartKey: start,
          }),
        );
        refs.push(...(answer.Items ?? []).map(({ id }) => ({ kind, id: String(id) })));
        start = answer.LastEvaluatedKey;
      } while (start !== undefined && refs.length <= limit);
      return { refs: refs.slice(0, limit), more: refs.length > limit };
    },
  };
}
