import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type NodeMemory, noProgress, type Progress } from '../domain/progress.ts';
import type { ProgressStore } from '../domain/service.ts';
import type { Dynamo } from './client.ts';
import { holds } from './conditional.ts';
import { createDirectory } from './directory.ts';
import { namesIn } from './expression.ts';
import { tableName } from './tables.ts';

/** The one item that says how far the chain has been followed; its attributes are the members of Progress. */
const chain = { name: 'chain' };
/** Each node has an attribute of its own, so that nobody who notes one touches another. */
const nodePrefix = 'node#';

const setHead = 'SET #head = :head, #network = if_not_exists(#network, :network)';
const noHead = 'attribute_not_exists(#head)';
const lowerHead = '#head.#height < :height';
const sameBlockSeenEarlier = '(#head.#height = :height AND #head.#hash = :hash AND #head.#seenAt < :seenAt)';
const headNotFalling = [noHead, lowerHead, sameBlockSeenEarlier].join(' OR ');

const unknownNode = 'attribute_not_exists(#node)';
const asSeen = '#node.#token = :seen';

const neverTaken = 'attribute_not_exists(#name)';
const ended = '#until <= :now';
const free = [neverTaken, ended].join(' OR ');
const ownLease = '#owner = :owner';
const endNow = 'SET #until = :ended';
const leaseKey = (name: string) => ({ name: `lease#${name}` });

export function createProgress(dynamo: Dynamo, prefix: string): ProgressStore {
  const TableName = tableName(prefix, 'progress');

  async function read(): Promise<Progress> {
    const { Item } = await dynamo.send(new GetCommand({ TableName, Key: chain, ConsistentRead: true }));
    return Item === undefined ? noProgress : progressOf(Item);
  }

  return {
    ...createDirectory(dynamo, prefix),
    read,

    async seeHead({ height, hash, timestamp, seenAt }, network) {
      const command = new UpdateCommand({
        TableName,
        Key: chain,
        UpdateExpression: setHead,
        ConditionExpression: headNotFalling,
        ExpressionAttributeNames: namesIn(setHead, headNotFalling),
        ExpressionAttributeValues: {
          ':head': { height, hash, timestamp, seenAt },
          ':height': height,
          ':hash': hash,
          ':seenAt': seenAt,
          ':network': network,
        },
      });
      await holds(dynamo.send(command));
    },

    async takeLease(name, owner, now, until) {
      const command = new PutCommand({
        TableName,
        Item: { ...leaseKey(name), owner, until, expiresAt: Math.ceil(until / 1000) },
        ConditionExpression: free,
        ExpressionAttributeNames: namesIn(free),
        ExpressionAttributeValues: { ':now': now },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      try {
        await dynamo.send(command);
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // A put whose answer was lost is sent again, and must not lose against itself.
        const sentAgain = (error.$metadata.attempts ?? 1) > 1;
        return sentAgain && error.Item?.owner?.S === owner && Number(error.Item.until?.N) === until;
      }
    },

    async endLease(name, owner) {
      const command = new UpdateCommand({
        TableName,
        Key: leaseKey(name),
        UpdateExpression: endNow,
        ConditionExpression: ownLease,
        ExpressionAttributeNames: namesIn(endNow, ownLease),
        ExpressionAttributeValues: { ':ended': 0, ':owner': owner },
      });
      await holds(dynamo.send(command));
    },

    async leasedUntil(name, now) {
      const { Item } = await dynamo.send(new GetCommand({ TableName, Key: leaseKey(name), ConsistentRead: true }));
      return Item !== undefined && Item.until > now ? Item.until : undefined;
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
      if (await holds(dynamo.send(command))) return { kept: true, there: memory };
      const there = (await read()).nodes[name];
      // A write whose answer was lost is sent again, and must not lose against itself.
      return { kept: there?.token === memory.token && there.by === memory.by, there };
    },
  };
}

function progressOf({ name: _, ...attributes }: Record<string, unknown>): Progress {
  const nodes: Record<string, NodeMemory> = {};
  const members: Record<string, unknown> = {};
  for (const [attribute, value] of Object.entries(attributes)) {
    if (attribute.startsWith(nodePrefix)) nodes[attribute.slice(nodePrefix.length)] = value as NodeMemory;
    else members[attribute] = value;
  }
  return { ...noProgress, ...members, nodes } as Progress;
}
