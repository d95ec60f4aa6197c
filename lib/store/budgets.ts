import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { bucketMs, type CallerBudget, type Taken } from '../domain/budget.ts';
import { latestEndOfLease } from '../domain/lease.ts';
import type { Budgets, LimitedCaller, Take } from '../domain/ports/budgets.ts';
import { keysByIndex } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { updatesOf } from './dynamodb/conditional.ts';
import { tableName } from './tables.ts';

const stillLimited = '#list = :list AND #limitedUntil > :now';
/** The partition of `by-limited`. */
const list = 'limited';
/** After the bucket, the item is of no use. */
const keptSeconds = 3_600;
/** Older attributes are removed with each write, as many as a caller can have left since the last one. */
const removed = { from: 8, to: 40 };

/** What callers have taken of their limits, by attributes that are only added to and subtracted from (rule LIMIT-6). */
export function createBudgets(dynamo: Dynamo, prefix: string): Budgets {
  const TableName = tableName(prefix, 'budgets');
  const update = updatesOf(dynamo, TableName);
  return {
    async take(caller, { bucket, requests, back }) {
      const old = Array.from({ length: removed.to - removed.from }, (_, at) => bucket - removed.from - at);
      const adds = addsOf({ bucket, requests, back });
      const { Attributes } = await dynamo.send(
        new UpdateCommand({
          TableName,
          Key: { caller },
          UpdateExpression: [
            'SET #expiresAt = :expiresAt',
            `ADD ${adds.map((_, at) => `#add${at} :add${at}`).join(', ')}`,
            `REMOVE ${old.map((_, at) => `#old${at}`).join(', ')}`,
          ].join(' '),
          ExpressionAttributeNames: {
            '#expiresAt': 'expiresAt',
            ...Object.fromEntries(adds.map((add, at) => [`#add${at}`, nameOf(add.bucket)])),
            ...Object.fromEntries(old.map((one, at) => [`#old${at}`, nameOf(one)])),
          },
          ExpressionAttributeValues: {
            ':expiresAt': Math.ceil((bucket * bucketMs) / 1_000) + keptSeconds,
            ...Object.fromEntries(adds.map((add, at) => [`:add${at}`, add.requests])),
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return budgetIn(caller, Attributes);
    },

    async get(caller) {
      const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { caller } }));
      return budgetIn(caller, Item);
    },

    async noteLimited(caller, until, back) {
      const { Attributes } = await dynamo.send(
        new UpdateCommand({
          TableName,
          Key: { caller },
          UpdateExpression: `SET #list = :list, #limitedUntil = :until, #expiresAt = :expiresAt${back === null ? '' : ' ADD #back :back'}`,
          ExpressionAttributeNames: {
            '#list': 'list',
            '#limitedUntil': 'limitedUntil',
            '#expiresAt': 'expiresAt',
            ...(back !== null && { '#back': nameOf(back.bucket) }),
          },
          ExpressionAttributeValues: {
            ':list': list,
            ':until': new Date(until).toISOString(),
            ':expiresAt': expiryOf(until),
            ...(back !== null && { ':back': -back.requests }),
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return budgetIn(caller, Attributes);
    },

    async takePlace(places, { most, now, until }) {
      const { Item = {} } = await dynamo.send(
        new GetCommand({ TableName, Key: { caller: places }, ConsistentRead: true }),
      );
      const values = {
        ':now': now,
        ':until': until,
        ':latest': latestEndOfLease(until),
        ':expiresAt': expiryOf(until),
      };
      let ends: Readonly<Record<string, unknown>> = Item;
      for (;;) {
        const free = Array.from({ length: most }, (_, at) => at).filter((at) => !isHeld(ends[nameOfPlace(at)], values));
        // Rule LIMIT-12. Those who come at once take different ones.
        const place = free[Math.floor(until) % free.length];
        if (place === undefined) return undefined;
        const name = `#${nameOfPlace(place)}`;
        const isFree = `attribute_not_exists(${name}) OR ${name} <= :now OR ${name} > :latest`;
        const taken = await update({ caller: places }, `SET ${name} = :until, #expiresAt = :expiresAt`, isFree, values);
        if (taken.made) return place;
        ends = Object.fromEntries(Object.entries(taken.there).map(([key, value]) => [key, Number(value.N)]));
      }
    },

    async leavePlace(places, { place, until }) {
      const name = `#${nameOfPlace(place)}`;
      await update({ caller: places }, `REMOVE ${name}`, `${name} = :until`, { ':until': until });
    },

    async limited(now, limit) {
      const found: LimitedCaller[] = [];
      const pages = keysByIndex(dynamo, {
        table: TableName,
        index: 'by-limited',
        condition: stillLimited,
        values: { ':list': list, ':now': new Date(now).toISOString() },
        newestFirst: false,
        pageSize: limit,
      });
      for await (const page of pages) {
        found.push(
          ...page.map(({ caller, limitedUntil }) => ({ caller: String(caller), until: String(limitedUntil) })),
        );
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
  };
}

/** Of the attribute that has the end of a place. */
const nameOfPlace = (place: number): string => `place${place}`;

const isHeld = (end: unknown, values: { readonly ':now': number; readonly ':latest': number }): boolean =>
  typeof end === 'number' && end > values[':now'] && end <= values[':latest'];

const expiryOf = (until: number): number => Math.ceil(until / 1_000) + keptSeconds;

/** An attribute may be named once in an update. */
function addsOf({ bucket, requests, back }: Take): readonly Taken[] {
  if (back === null) return [{ bucket, requests }];
  if (back.bucket === bucket) return [{ bucket, requests: requests - back.requests }];
  return [
    { bucket, requests },
    { bucket: back.bucket, requests: -back.requests },
  ];
}

/** Of the attribute that counts what was taken in a bucket. */
const nameOf = (bucket: number): string => `taken#${bucket}`;

const budgetIn = (caller: string, item: Readonly<Record<string, unknown>> = {}): CallerBudget => ({
  caller,
  taken: takenIn(item),
  limitedUntil: typeof item.limitedUntil === 'string' ? Date.parse(item.limitedUntil) || 0 : 0,
});

const takenIn = (item: Readonly<Record<string, unknown>>): readonly Taken[] =>
  Object.entries(item)
    .flatMap(([name, requests]) => {
      const [, bucket] = /^taken#(\d+)$/.exec(name) ?? [];
      return bucket === undefined || requests === 0 ? [] : [{ bucket: Number(bucket), requests: Number(requests) }];
    })
    .sort((a, b) => a.bucket - b.bucket);
