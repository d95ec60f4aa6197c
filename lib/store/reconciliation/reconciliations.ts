import { randomUUID } from 'node:crypto';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Reconciliations } from '../../domain/ports/reconciliations.ts';
import type { Reconciliation, ShardProgress } from '../../domain/reconciliation.ts';
import { byIndex } from '../dynamodb/by-index.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { namesIn } from '../dynamodb/conditional.ts';
import { isOwn, onCondition, type Put, putTransaction } from '../dynamodb/transaction.ts';
import { tableName } from '../tables.ts';
import {
  everyRun,
  itemOfRun,
  itemOfShard,
  latestKey,
  ofRun,
  ofShards,
  type RunItem,
  runOf,
  type ShardItem,
  shardIn,
} from './reconciliation-item.ts';

const nothingThere = 'attribute_not_exists(#run)';
const oneBefore = '#revision = :before';
const stillLatest = ['#id = :id', '#attempt = :attempt'];

const isRun = '#list = :list';
const shardsOfRun = '#run = :run AND begins_with(#part, :shards)';

type Latest = Pick<Reconciliation, 'id' | 'attempt'>;

export function createReconciliations(dynamo: Dynamo, prefix: string): Reconciliations {
  const TableName = tableName(prefix, 'reconciliations');

  async function itemOf(Key: Record<string, unknown>): Promise<Record<string, unknown> | undefined> {
    return (await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  }

  async function get(id: string): Promise<Reconciliation | undefined> {
    const item = await itemOf({ run: id, part: ofRun });
    return item && runOf(item as unknown as RunItem);
  }

  const putNext = (Item: Put['Item'], revision: number): Put => ({
    TableName,
    Item,
    ...onCondition([oneBefore], { ':before': revision - 1 }),
  });
  const putFirst = (Item: Put['Item']): Put => ({ TableName, Item, ...onCondition([nothingThere]) });

  async function isPut(put: Put): Promise<boolean> {
    const refused = await putTransaction(dynamo, [put]);
    return refused === undefined || isOwn(refused, 0, put);
  }

  async function begin(run: Reconciliation, over: Latest | undefined): Promise<boolean> {
    // The note names the write: a write whose answer was lost is sent again, and must not lose against itself.
    const note = randomUUID();
    const pointer: Put = {
      TableName,
      Item: { ...latestKey, id: run.id, attempt: run.attempt, note },
      ...(over === undefined
        ? onCondition([nothingThere])
        : onCondition(stillLatest, { ':id': over.id, ':attempt': over.attempt })),
    };
    const item = itemOfRun(run);
    const kept = run.revision === 1 ? putFirst(item) : putNext(item, run.revision);
    const refused = await putTransaction(dynamo, [pointer, kept]);
    const there = refused?.images.get(0);
    if (refused === undefined || there?.note === note) return true;
    if (over !== undefined || there === undefined) return false;
    // The table drops old runs, but never the pointer. If the run that it names is gone, there is no latest run.
    const latest = { id: String(there.id), attempt: Number(there.attempt) };
    return (await get(latest.id)) === undefined && begin(run, latest);
  }

  return {
    get,

    async latest() {
      const pointer = await itemOf(latestKey);
      return pointer && get(String(pointer.id));
    },

    begin,

    change: (run) => isPut(putNext(itemOfRun(run), run.revision)),

    async list({ after, limit }) {
      const last = after === undefined ? undefined : await get(after);
      if (after !== undefined && last === undefined) return { runs: [], more: false };
      const found: Reconciliation[] = [];
      const pages = byIndex<RunItem>(dynamo, {
        table: TableName,
        key: ['run', 'part'],
        index: 'by-started',
        condition: isRun,
        values: { ':list': everyRun },
        newestFirst: true,
        pageSize: Math.min(limit + 1, 100),
        start: last && { run: last.id, part: ofRun, list: everyRun, startedAt: last.startedAt },
      });
      for await (const page of pages) {
        found.push(...page.map(runOf));
        if (found.length > limit) break;
      }
      return { runs: found.slice(0, limit), more: found.length > limit };
    },

    async shards(id) {
      const shards: ShardProgress[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const answer = await dynamo.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: shardsOfRun,
            ExpressionAttributeNames: namesIn(shardsOfRun),
            ExpressionAttributeValues: { ':run': id, ':shards': ofShards },
            ConsistentRead: true,
            ExclusiveStartKey: start,
          }),
        );
        shards.push(...(answer.Items ?? []).map((item) => shardIn(item as ShardItem)));
        start = answer.LastEvaluatedKey;
      } while (start !== undefined);
      return shards;
    },

    saveShard: (id, shard) => {
      const item = itemOfShard(id, shard);
      return isPut(shard.revision === 1 ? putFirst(item) : putNext(item, shard.revision));
    },
  };
}
