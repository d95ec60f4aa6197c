import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { namesIn, refusalOf, updatesOf } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';
import { chain, nodePrefix, readProgress } from './chain-item.ts';
import { createCursor } from './cursor.ts';
import { createDirectory } from './directory.ts';
import { createDrift } from './drift.ts';
import { createHotKeys } from './hot-keys.ts';
import { createInvalidations } from './invalidations.ts';
import { createLeases, createSyncLease } from './leases.ts';
import { createSyncHealth } from './sync-health.ts';

const setHead = 'SET #head = :head, #network = if_not_exists(#network, :network)';
/** The head never falls; for one block the later moment is kept. */
const noHead = 'attribute_not_exists(#head)';
const lowerHead = '#head.#height < :height';
const sameBlockSeenEarlier = '(#head.#height = :height AND #head.#hash = :hash AND #head.#seenAt < :seenAt)';
const headNotFalling = [noHead, lowerHead, sameBlockSeenEarlier].join(' OR ');

const unknownNode = 'attribute_not_exists(#node)';
const asSeen = '#node.#token = :seen';

export function createProgress(dynamo: Dynamo, prefix: string): ProgressStore {
  const TableName = tableName(prefix, 'progress');
  const update = updatesOf(dynamo, TableName);
  const read = () => readProgress(dynamo, prefix);

  return {
    ...createCursor(dynamo, prefix),
    ...createSyncLease(dynamo, prefix),
    ...createLeases(dynamo, prefix),
    ...createSyncHealth(dynamo, prefix),
    ...createInvalidations(dynamo, prefix),
    ...createHotKeys(dynamo, prefix),
    ...createDrift(dynamo, prefix),
    ...createDirectory(dynamo, prefix),
    read,

    async seeHead({ height, hash, timestamp, seenAt }, network) {
      // Rule ITEM-1: conditional on the head alone, as `noteNode` is on the node's own token.
      await update(chain, setHead, headNotFalling, {
        ':head': { height, hash, timestamp, seenAt },
        ':height': height,
        ':hash': hash,
        ':seenAt': seenAt,
        ':network': network,
      });
    },

    async noteNode(name, memory, seen) {
      const condition = seen === 0 ? unknownNode : asSeen;
      const command = new UpdateCommand({
        TableName,
        Key: chain,
        UpdateExpression: 'SET #node = :memory',
        ConditionExpression: condition,
        ExpressionAttributeNames: { ...namesIn(condition), '#node': nodePrefix + name },
        ExpressionAttributeValues: { ':memory': memory, ...(seen === 0 ? {} : { ':seen': seen }) },
      });
      if ((await refusalOf(dynamo.send(command))) === undefined) return { kept: true, there: memory };
      const there = (await read()).nodes[name];
      // A write whose first answer was lost, and that was sent again, must not lose against itself.
      return { kept: there?.token === memory.token && there.by === memory.by, there };
    },
  };
}
