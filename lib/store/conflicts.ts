import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Conflict } from '../domain/conflict.ts';
import { eventsOf } from '../domain/events.ts';
import type { Conflicts } from '../domain/ports/conflicts.ts';
import { type ConflictItem, conflictFromItem, putOfConflict } from './conflict-item.ts';
import { byIndex, countByIndex } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { isOwn, putTransaction } from './dynamodb/transaction.ts';
import { putOfEvent } from './outbox.ts';
import { tableName } from './tables.ts';

const ofStatus = '#status = :status';

export function createConflicts(dynamo: Dynamo, prefix: string): Conflicts {
  const TableName = tableName(prefix, 'conflicts');

  async function get(id: string): Promise<Conflict | undefined> {
    const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
    return Item && conflictFromItem(Item as ConflictItem);
  }

  return {
    get,

    async byStatus(status, { after, limit }) {
      const last = after === undefined ? undefined : await get(after);
      if (after !== undefined && last === undefined) return { conflicts: [], more: false };
      const found: Conflict[] = [];
      const pages = byIndex<ConflictItem>(dynamo, {
        table: TableName,
        key: ['id'],
        index: 'by-status',
        condition: ofStatus,
        values: { ':status': status },
        newestFirst: true,
        pageSize: Math.min(limit + 1, 100),
        start: last && { id: last.id, status, openedAt: last.openedAt },
      });
      for await (const page of pages) {
        found.push(...page.map(conflictFromItem).filter((conflict) => conflict.status === status));
        if (found.length > limit) break;
      }
      return { conflicts: found.slice(0, limit), more: found.length > limit };
    },

    count: (status) =>
      countByIndex(dynamo, {
        table: TableName,
        index: 'by-status',
        condition: ofStatus,
        values: { ':status': status },
      }),

    async change(conflict) {
      const put = putOfConflict(conflict, prefix);
      const events = eventsOf(undefined, conflict).map((event) => putOfEvent(event, prefix));
      const refused = await putTransaction(dynamo, [put, ...events]);
      return refused === undefined || isOwn(refused, 0, put);
    },
  };
}
