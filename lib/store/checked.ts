import type { CheckedSpan, Records } from '../domain/ports/records.ts';
import type { Place } from '../domain/reconciliation.ts';
import { countByIndex, keysByIndex } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { tableName } from './tables.ts';

/** Reading `by-checked`, which holds all that is asked for: no record is read. */
export function createChecked(dynamo: Dynamo, prefix: string): Pick<Records, 'byChecked' | 'countChecked'> {
  const inIndex = { table: tableName(prefix, 'records'), index: 'by-checked' };
  return {
    async byChecked(shard, { after, limit, ...span }) {
      if (isEmpty(span) || isBehind(after, span)) return { places: [], more: false };
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
  };
}

const isEmpty = ({ from, until }: CheckedSpan): boolean => from !== undefined && until !== undefined && from >= until;

const isBehind = (after: Place | undefined, { until }: CheckedSpan): boolean =>
  after !== undefined && until !== undefined && after.checkedAt >= until;

/** A start outside the condition is refused, so one that lies before the span is left out. */
const startIn = (shard: number, after: Place | undefined, { from = '' }: CheckedSpan) =>
  after !== undefined && after.checkedAt >= from ? { shard, checkedAt: after.checkedAt, ref: after.key } : undefined;

const ofShard = '#shard = :shard';

/** A key condition may say one thing of its sort key: a span that is bounded twice includes both of its bounds. */
function within(shard: number, { from, until }: CheckedSpan) {
  const values = { ':shard': shard, ':from': from, ':until': until, ':last': until && justBefore(until) };
  if (from === undefined && until === undefined) return { condition: ofShard, values };
  if (from === undefined) return { condition: `${ofShard} AND #checkedAt < :until`, values };
  if (until === undefined) return { condition: `${ofShard} AND #checkedAt >= :from`, values };
  return { condition: `${ofShard} AND #checkedAt BETWEEN :from AND :last`, values };
}

/** Whatever comes before the moment comes before this, or is it: also a date that is none, in a row edited by hand. */
const justBefore = (moment: string): string =>
  `${moment.slice(0, -1)}${String.fromCharCode(moment.charCodeAt(moment.length - 1) - 1)}\u{10ffff}`;
