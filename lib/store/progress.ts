import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { noProgress, type Progress } from '../domain/progress.ts';
import type { ProgressStore } from '../domain/service.ts';
import type { Dynamo } from './client.ts';
import { holds } from './conditional.ts';
import { createDirectory } from './directory.ts';
import { namesIn } from './expression.ts';
import { tableName } from './tables.ts';

/** The one item that says how far the chain has been followed; its attributes are the members of Progress. */
const chain = { name: 'chain' };

const setHead = 'SET #head = :head, #network = if_not_exists(#network, :network)';
const noHead = 'attribute_not_exists(#head)';
const lowerHead = '#head.#height < :height';
const sameBlockSeenEarlier = '(#head.#height = :height AND #head.#hash = :hash AND #head.#seenAt < :seenAt)';
const headNotFalling = [noHead, lowerHead, sameBlockSeenEarlier].join(' OR ');

const neverTaken = 'attribute_not_exists(#name)';
const ended = '#expiresAt <= :now';
const free = [neverTaken, ended].join(' OR ');

export function createProgress(dynamo: Dynamo, prefix: string): ProgressStore {
  const TableName = tableName(prefix, 'progress');
  return {
    ...createDirectory(dynamo, prefix),

    async read() {
      const { Item } = await dynamo.send(new GetCommand({ TableName, Key: chain, ConsistentRead: true }));
      if (Item === undefined) return noProgress;
      const { name: _, ...progress } = Item;
      return { ...noProgress, ...progress } as Progress;
    },

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
        Item: { name: `lease#${name}`, owner, expiresAt: until },
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
        return sentAgain && error.Item?.owner?.S === owner && Number(error.Item.expiresAt?.N) === until;
      }
    },
  };
}
