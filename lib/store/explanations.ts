import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Explanation } from '../domain/explanation.ts';
import type { Explanations } from '../domain/ports/explanations.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { storedJson } from './stored-json.ts';
import { tableName } from './tables.ts';

interface ExplanationItem {
  readonly requestId: string;
  /** JSON */
  readonly explanation: string;
  readonly expiresAt: number;
}

export function createExplanations(dynamo: Dynamo, prefix: string): Explanations {
  const TableName = tableName(prefix, 'explanations');

  return {
    async keep(explanation, expiresAt) {
      const { requestId } = explanation;
      const Item: ExplanationItem = { requestId, explanation: JSON.stringify(explanation), expiresAt };
      await dynamo.send(new PutCommand({ TableName, Item }));
    },

    async find(requestId, now) {
      const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { requestId }, ConsistentRead: true }));
      const item = Item as ExplanationItem | undefined;
      // Rule EXPLAIN-2: the engine removes items when it has time.
      if (item === undefined || item.expiresAt * 1000 <= now) return undefined;
      return storedJson<Explanation>(item.explanation);
    },
  };
}
