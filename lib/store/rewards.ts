import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type BlockRef, blockRef } from '../domain/block.ts';
import type { Rewards } from '../domain/ports/rewards.ts';
import type { AccountEra, EndedEra, EraShares, RewardShare } from '../domain/rewards.ts';
import { writeEach } from './dynamodb/batches.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { namesIn, refusalOf } from './dynamodb/conditional.ts';
import { storedJson } from './stored-json.ts';
import { tableName } from './tables.ts';

/** An era that is kept. Rule ACTIVITY-20: it is written last, and an era without it is not there. */
interface EraItem {
  readonly list: 'eras';
  readonly era: number;
  readonly block: BlockRef;
  readonly fork: number;
  /** The shards that hold someone, two hexadecimal digits each. */
  readonly shards: string;
}

/** The accounts of an era whose hashes begin with the same two digits. */
interface ShardItem {
  readonly list: string;
  readonly era: number;
  readonly hash: string;
  readonly fork: number;
  /** JSON: by account hash, its shares. */
  readonly shares: string;
}

const eras = 'eras';
const shardOf = (account: string): string => account.slice(0, 2);
const shardList = (shard: string): string => `shard#${shard}`;
const inRange = '#list = :list AND #era BETWEEN :from AND :to';
const notLater = 'attribute_not_exists(#fork) OR #fork <= :fork';

export function createRewards(dynamo: Dynamo, prefix: string): Rewards {
  const TableName = tableName(prefix, 'rewards');

  interface Range {
    readonly from: number;
    readonly to: number;
    readonly limit?: number;
    readonly oldestFirst?: boolean;
  }

  async function within<Item>(list: string, { from, to, limit, oldestFirst = false }: Range): Promise<Item[]> {
    const found: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const answer = await dynamo.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: inRange,
          ExpressionAttributeNames: namesIn(inRange),
          ExpressionAttributeValues: { ':list': list, ':from': from, ':to': to },
          ConsistentRead: true,
          ScanIndexForward: oldestFirst,
          Limit: limit,
          ExclusiveStartKey: start,
        }),
      );
      found.push(...((answer.Items ?? []) as Item[]));
      start = answer.LastEvaluatedKey;
    } while (start !== undefined && found.length < (limit ?? Number.POSITIVE_INFINITY));
    return found;
  }

  return {
    async keep({ era, block, fork }, shares) {
      const shards = inShards(shares);
      // Refused: a later fork has the item. What a runner on an earlier fork writes late replaces nothing.
      const put = (Item: EraItem | ShardItem) =>
        refusalOf(
          dynamo.send(
            new PutCommand({
              TableName,
              Item,
              ConditionExpression: notLater,
              ExpressionAttributeNames: namesIn(notLater),
              ExpressionAttributeValues: { ':fork': fork },
            }),
          ),
        );
      await writeEach([...shards], ([shard, held]) =>
        put({ list: shardList(shard), era, hash: block.hash, fork, shares: JSON.stringify(held) }),
      );
      await put({ list: eras, era, block, fork, shards: [...shards.keys()].sort().join('') });
    },

    async of(account, from, to) {
      if (to < from) return [];
      const shard = shardOf(account);
      // The eras first: what they name was written before them.
      const items = await within<EraItem>(eras, { from, to });
      const rows = await within<ShardItem>(shardList(shard), { from, to });
      const byEra = new Map(rows.map((row) => [row.era, row]));
      return items.flatMap((item) => accountEra(item, byEra.get(item.era), account));
    },

    async eras(from, to) {
      return to < from ? [] : (await within<EraItem>(eras, { from, to })).map(endedEra);
    },

    async kept(counts) {
      const all = { from: 0, to: Number.MAX_SAFE_INTEGER };
      const [[first], newest] = await Promise.all([
        within<EraItem>(eras, { ...all, limit: 1, oldestFirst: true }),
        // Beyond the cursor is one batch at most, of 32 blocks.
        within<EraItem>(eras, { ...all, limit: 40 }),
      ]);
      const last = newest.map(endedEra).find(counts);
      return first === undefined || last === undefined ? undefined : { first: endedEra(first), last };
    },
  };
}

function inShards(shares: EraShares): Map<string, Record<string, readonly RewardShare[]>> {
  const shards = new Map<string, Record<string, readonly RewardShare[]>>();
  for (const [account, held] of shares) {
    const shard = shards.get(shardOf(account)) ?? {};
    shard[account] = held;
    shards.set(shardOf(account), shard);
  }
  return shards;
}

/** None where the account's shard is of another block than its era: a runner on an earlier fork has written over it. */
function accountEra(item: EraItem, row: ShardItem | undefined, account: string): AccountEra[] {
  const named = Array.from({ length: item.shards.length / 2 }, (_, at) => item.shards.slice(2 * at, 2 * at + 2));
  if (!named.includes(shardOf(account))) return [{ ...endedEra(item), shares: [] }];
  if (row?.hash !== item.block.hash) return [];
  const held = storedJson<Record<string, readonly RewardShare[]>>(row.shares);
  return [{ ...endedEra(item), shares: held[account] ?? [] }];
}

const endedEra = ({ era, block, fork }: EraItem): EndedEra => ({ era, block: blockRef(block), fork });
