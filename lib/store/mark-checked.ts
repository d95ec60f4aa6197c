import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Records } from '../domain/ports/records.ts';
import type { Checked } from '../domain/reconciliation.ts';
import { batchesOf } from './dynamodb/batch-get.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { updatesOf } from './dynamodb/conditional.ts';
import { isContention, uncontested } from './dynamodb/contention.ts';
import { namesIn } from './dynamodb/expression.ts';
import { conditionsFailed } from './dynamodb/transaction.ts';
import { writeEach } from './dynamodb/write-each.ts';
import { tableName } from './tables.ts';

/** As many as one transaction takes. */
const batchSize = 100;

const mark = 'SET #checkedAt = :at';
/** A record that has changed was not the one that was held against the chain; one that is gone is not made anew. */
const asChecked = '#height = :height AND #sequence = :sequence';

/** A transaction is one request for a hundred records; they do not depend on each other. */
export function createMarkChecked(dynamo: Dynamo, prefix: string): Pick<Records, 'markChecked'> {
  const TableName = tableName(prefix, 'records');
  const update = updatesOf(dynamo, TableName);
  const valuesOf = ({ height, sequence }: Checked, at: string) => ({
    ':at': at,
    ':height': height,
    ':sequence': sequence,
  });

  async function markTogether(records: readonly Checked[], at: string): Promise<void> {
    for (let left = records; left.length > 0; ) {
      const parts = left.map((checked) => ({
        Update: {
          TableName,
          Key: { ref: checked.key },
          UpdateExpression: mark,
          ConditionExpression: asChecked,
          ExpressionAttributeNames: namesIn(mark, asChecked),
          ExpressionAttributeValues: valuesOf(checked, at),
        },
      }));
      try {
        await dynamo.send(new TransactWriteCommand({ TransactItems: parts }));
        return;
      } catch (error) {
        // Somebody saves one of them at this moment: the others need not wait for it.
        if (isContention(error)) return markEach(left, at);
        const changed = new Set(conditionsFailed(error).map(([place]) => place));
        if (changed.size === 0) throw error;
        left = left.filter((_, place) => !changed.has(place));
      }
    }
  }

  const markEach = (records: readonly Checked[], at: string): Promise<void> =>
    writeEach(records, (checked) =>
      uncontested(() => update({ ref: checked.key }, mark, asChecked, valuesOf(checked, at))),
    );

  return {
    async markChecked(records, at) {
      // No item may be named twice in one transaction.
      const distinct = [...new Map(records.map((checked) => [checked.key, checked])).values()];
      for (const batch of batchesOf(distinct, batchSize)) await markTogether(batch, at);
    },
  };
}
