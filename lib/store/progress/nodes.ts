import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import { forgottenNodes, type NodeMemory, shortReason } from '../../domain/progress.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { namesIn, refusalOf } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';
import { nodePrefix, nodesIn, nodesItem } from './chain-item.ts';

const unknownNode = 'attribute_not_exists(#node)';
const asSeen = '#node.#token = :seen';

/** Rule ITEM-1: what is known of the nodes is an item of its own, each node conditional on its own token alone. */
export function createNodes(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'noteNode'> {
  const TableName = tableName(prefix, 'progress');

  async function nodes(): Promise<Record<string, NodeMemory>> {
    const { Item = {} } = await dynamo.send(new GetCommand({ TableName, Key: nodesItem, ConsistentRead: true }));
    return nodesIn(Item);
  }

  return {
    async noteNode(name, memory, seen) {
      const isNew = seen === 0;
      const condition = isNew ? unknownNode : asSeen;
      // A node is new when the configuration is: only then can there be too many.
      const forgotten = isNew ? forgottenNodes(await nodes()) : [];
      const removed = forgotten.map((other, at): [string, string] => [`#forgotten${at}`, nodePrefix + other]);
      const remove = removed.length === 0 ? '' : ` REMOVE ${removed.map(([placeholder]) => placeholder).join(', ')}`;
      const command = new UpdateCommand({
        TableName,
        Key: nodesItem,
        UpdateExpression: `SET #node = :memory${remove}`,
        ConditionExpression: condition,
        ExpressionAttributeNames: {
          ...namesIn(condition),
          ...Object.fromEntries(removed),
          '#node': nodePrefix + name,
        },
        ExpressionAttributeValues: {
          ':memory': { ...memory, reason: shortReason(memory.reason) },
          ...(isNew ? {} : { ':seen': seen }),
        },
      });
      if ((await refusalOf(dynamo.send(command))) === undefined) return { kept: true, there: memory };
      const there = (await nodes())[name];
      // A write whose first answer was lost, and that was sent again, must not lose against itself.
      return { kept: there?.token === memory.token && there.by === memory.by, there };
    },
  };
}
