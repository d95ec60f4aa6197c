import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { entryAfter } from '../domain/audit-chain.ts';
import { refKey } from '../domain/entity.ts';
import { StoreUnavailable } from '../domain/errors.ts';
import type { Audit } from '../domain/ports/audit.ts';
import type { AuditEntry } from '../domain/record.ts';
import { type AuditItem, auditEntryFromItem, dayOf, putOfEntry } from './audit-item.ts';
import { batchGet } from './dynamodb/batch-get.ts';
import { byIndex } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { backoff } from './dynamodb/contention.ts';
import { namesIn } from './dynamodb/expression.ts';
import { putTransaction } from './dynamodb/transaction.ts';
import { tableName } from './tables.ts';

const attempts = 10;
const dayMs = 86_400_000;
const withinDay = '#day = :day AND #timestamp BETWEEN :first AND :last';

export function createAudit(dynamo: Dynamo, prefix: string): Audit {
  const TableName = tableName(prefix, 'audit');
  const audit: Audit = {
    async history(ref, { before, limit }) {
      const condition = before === undefined ? '#ref = :ref' : '#ref = :ref AND #sequence < :before';
      const entries: AuditEntry[] = [];
      let start: Record<string, unknown> | undefined;
      // A page of a query ends at 1 MB, which a few large values fill before the limit is reached.
      do {
        const answer = await dynamo.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: condition,
            ExpressionAttributeNames: namesIn(condition),
            ExpressionAttributeValues: { ':ref': refKey(ref), ...(before !== undefined && { ':before': before }) },
            ScanIndexForward: false,
            ConsistentRead: true,
            Limit: limit - entries.length,
            ExclusiveStartKey: start,
          }),
        );
        entries.push(...(answer.Items ?? []).map((item) => auditEntryFromItem(item as AuditItem)));
        start = answer.LastEvaluatedKey;
      } while (start !== undefined && entries.length < limit);
      return entries;
    },

    async append(entry) {
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const [newest] = await audit.history(entry.ref, { limit: 1 });
        const next = entryAfter(newest, entry);
        if (next === undefined) return;
        const refused = await putTransaction(dynamo, [putOfEntry(next, prefix)]);
        // The very entry that is there already: its write was sent again, since the answer was lost.
        if (refused === undefined || refused.images.get(0)?.digest === next.digest) return;
        await backoff(attempt);
      }
      throw new StoreUnavailable(`the audit trail of ${refKey(entry.ref)} stays contended`);
    },

    async *between(from, until) {
      const first = new Date(from).toISOString();
      const last = new Date(Date.parse(until) - 1).toISOString();
      for (let at = Date.parse(dayOf(first)); at <= Date.parse(last); at += dayMs) {
        const pages = byIndex<AuditItem>(dynamo, {
          table: TableName,
          key: ['ref', 'sequence'],
          index: 'by-day',
          condition: withinDay,
          values: { ':day': dayOf(new Date(at).toISOString()), ':first': first, ':last': last },
          newestFirst: false,
          pageSize: 100,
        });
        for await (const page of pages) yield page.map(auditEntryFromItem);
      }
    },

    async entries(asked) {
      const keys = asked.map(({ ref, sequence }) => ({ ref: refKey(ref), sequence }));
      const distinct = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
      const items = await batchGet<AuditItem>(dynamo, TableName, distinct);
      const found = new Map(items.map((item) => [nameOf(item), auditEntryFromItem(item)]));
      return keys.map((key) => found.get(nameOf(key)));
    },
  };
  return audit;
}

const nameOf = ({ ref, sequence }: Pick<AuditItem, 'ref' | 'sequence'>): string => `${sequence} ${ref}`;
