import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { CheckedSpan, Records } from '../domain/ports/records.ts';
import type { Checked, Place } from '../domain/reconciliation.ts';
import { batchesOf, writeEach } from './dynamodb/batches.ts';
import { countByIndex, keysByIndex } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { namesIn, updatesOf } from './dynamodb/conditional.ts';
import { isContention, uncontested } from './dynamodb/contention.ts';
import { conditionsFailed } from './dynamodb/transaction.ts';
import { tableName } from './tables.ts';

/** The most that one transaction takes. */
const batchSize = 100;

const mark = 'SET #checkedAt = :at';
/** A record that has changed since is not the one that was compared with the chain; a record that is gone is not created. */
const asChecked = '#height = :height AND #sequence = :sequence';

/** When records were last checked. Reading is from the index `by-checked` alone, which holds all that is asked for. */
export function createChecked(
  dynamo: Dynamo,
  prefix: string,
): Pick<Records, 'byChecked' | 'countChecked' | 'markChecked'> {
  const inIndex = { table: tableName(prefix, 'records'), index: 'by-checked' };
  return {
    async byChecked(shard, { after, limit, ...span }) {
      if (isEmpty(span) || isPast(after, span)) return { places: [], more: false };
      const places: Place[] = [];
      const pages = keysByIndex(dynamo, {
        ...inIndex,
        ...within(shard, span),
        newestFirst: false,
        pageSize: limit + 1,
        start: startIn(shard, after, span),
      });
      for await (const page of pages) {
        places.push(...page.map(({ checkedAt, ref }) => ({ checkedAt: String(checkedAt), key: String(ref) })));
        if (places.length > limit) break;
      }
      return { places: places.slice(0, limit), more: places.length > limit };
    },

    countChecked: async (shard, span) =>
      isEmpty(span) ? 0 : countByIndex(dynamo, { ...inIndex, ...within(shard, span) }),

    markChecked: createMarkChecked(dynamo, prefix),
  };
}

const isEmpty = ({ from, until }: CheckedSpan): boolean => from !== undefined && until !== undefined && from >= until;

const isPast = (after: Place | undefined, { until }: CheckedSpan): boolean =>
  after !== undefined && until !== undefined && after.checkedAt >= until;

/** DynamoDB refuses a start outside the condition, so a start before the span is left out. */
const startIn = (shard: number, after: Place | undefined, { from = '' }: CheckedSpan) =>
  after !== undefined && after.checkedAt >= from ? { shard, checkedAt: after.checkedAt, ref: after.key } : undefined;

const ofShard = '#shard = :shard';

/** A key condition may have one clause for the sort key: a span with two bounds is a BETWEEN, which includes both. */
function within(shard: number, { from, until }: CheckedSpan) {
  const values = { ':shard': shard, ':from': from, ':until': until, ':last': until && justBefore(until) };
  if (from === undefined && until === undefined) return { condition: ofShard, values };
  if (from === undefined) return { condition: `${ofShard} AND #checkedAt < :until`, values };
  if (until === undefined) return { condition: `${ofShard} AND #checkedAt >= :from`, values };
  return { condition: `${ofShard} AND #checkedAt BETWEEN :from AND :last`, values };
}

/** The greatest text before the moment, so that `until` is excluded. It works for any text, since a row may be edited by hand. */
const justBefore = (moment: string): string =>
  `${moment.slice(0, -1)}${String.fromCharCode(moment.charCodeAt(moment.length - 1) - 1)}\u{10ffff}`;

/** A transaction only saves requests here, a hundred marks in one: the marks do not depend on each other. */
function createMarkChecked(dynamo: Dynamo, prefix: string): Records['markChecked'] {
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
        // Another writer saves one of the records at this moment: the others need not wait for it.
        if (isContention(error)) return markEach(left, at);
        const changed = new Set(conditionsFailed(error).map(([place]) => place));
        if (changed.size === 0) throw error;
        left = left.filter((_, place) => !changed.has(place));
      }
    }
  }

  const markEach = (records: readonly Checked[], at: string): Promise<void> =>
    writeEach(records, (checked) =>
      uncontested(dynamo, () => update({ ref: checked.key }, mark, asChecked, valuesOf(checked, at))),
    );

  return async (records, at) => {
    // No item may be named twice in one transaction.
    const distinct = [...new Map(records.map((checked) => [checked.key, checked])).values()];
    for (const batch of batchesOf(distinct, batchSize)) await markTogether(batch, at);
  };
}
