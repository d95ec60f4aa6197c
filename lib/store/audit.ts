import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { parseRefKey, refKey } from '../domain/entity.ts';
import type { AuditEntry } from '../domain/record.ts';
import type { Audit } from '../domain/service.ts';
import type { Dynamo } from './client.ts';
import { namesIn } from './expression.ts';
import { tableName } from './tables.ts';

export function createAudit(dynamo: Dynamo, prefix: string): Audit {
  return {
    async history(ref, { before, limit }) {
      const condition = before === undefined ? '#ref = :ref' : '#ref = :ref AND #sequence < :before';
      const entries: AuditEntry[] = [];
      let start: Record<string, unknown> | undefined;
      // A page of a query ends at 1 MB, which a few large values fill before the limit is reached.
      do {
        const answer = await dynamo.send(
          new QueryCommand({
            TableName: tableName(prefix, 'audit'),
            KeyConditionExpression: condition,
            ExpressionAttributeNames: namesIn(condition),
            ExpressionAttributeValues: { ':ref': refKey(ref), ...(before !== undefined && { ':before': before }) },
            ScanIndexForward: false,
            ConsistentRead: true,
            Limit: limit - entries.length,
            ExclusiveStartKey: start,
          }),
        );
        entries.push(...(answer.Items ?? []).map((item) => fromItem(item as AuditItem)));
        start = answer.LastEvaluatedKey;
      } while (start !== undefined && entries.length < limit);
      return entries;
    },
  };
}

/** The trail only grows: an entry that is there is never written again. */
const nothingThere = 'attribute_not_exists(#ref)';

/** An entry is put only in one transaction with the record whose change it tells (see `records.save`). */
export const putOfEntry = (entry: AuditEntry, prefix: string) => ({
  TableName: tableName(prefix, 'audit'),
  Item: toItem(entry),
  ConditionExpression: nothingThere,
  ExpressionAttributeNames: namesIn(nothingThere),
});

const toItem = ({ ref, block, before, after, previousDigest, ...rest }: AuditEntry) => ({
  ...rest,
  ref: refKey(ref),
  height: block.height,
  hash: block.hash,
  blockTime: block.timestamp,
  before: JSON.stringify(before),
  after: JSON.stringify(after),
  ...(previousDigest !== null && { previousDigest }),
});

type AuditItem = Omit<ReturnType<typeof toItem>, 'previousDigest'> & { readonly previousDigest?: string };

const fromItem = (item: AuditItem): AuditEntry => ({
  ref: parseRefKey(item.ref),
  sequence: item.sequence,
  cause: item.cause,
  actor: item.actor,
  before: JSON.parse(item.before),
  after: JSON.parse(item.after),
  block: { height: item.height, hash: item.hash, timestamp: item.blockTime },
  timestamp: item.timestamp,
  previousDigest: item.previousDigest ?? null,
  digest: item.digest,
});
