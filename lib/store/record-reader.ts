import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type EntityRef, refKey } from '../domain/entity.ts';
import type { Records } from '../domain/ports/records.ts';
import { batchGet } from './dynamodb/batch-get.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { namesIn } from './dynamodb/expression.ts';
import { ownerKey, type RecordItem, recordFromItem } from './record-item.ts';
import { tableName } from './tables.ts';

/** Reading many records: by their refs, or by their owner. */
export function createRecordReader(dynamo: Dynamo, prefix: string): Pick<Records, 'getMany' | 'byOwner'> {
  const TableName = tableName(prefix, 'records');

  return {
    async getMany(refs) {
      const distinct = [...new Set(refs.map(refKey))];
      const keys = distinct.map((ref) => ({ ref }));
      const items = await batchGet<RecordItem>(dynamo, TableName, keys);
      const found = new Map(items.map((item) => [item.ref, recordFromItem(item)]));
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
