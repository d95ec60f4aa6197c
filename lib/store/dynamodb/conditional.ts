import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Dynamo } from './client.ts';
import { namesIn, valuesIn } from './expression.ts';

/** True when the write was made, false when its condition did not hold; every other failure passes. */
export async function holds(write: Promise<unknown>): Promise<boolean> {
  return (await refusalOf(write)) === undefined;
}

/** How the condition of a write failed; undefined when the write was made. Every other failure passes. */
export async function refusalOf(write: Promise<unknown>): Promise<ConditionalCheckFailedException | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error;
    throw error;
  }
}

/** It may have been refused because it was made: the answer of the first attempt was lost, and it was sent again. */
export const wasSentAgain = ({
  $metadata,
}: {
  readonly $metadata: { readonly attempts?: number | undefined };
}): boolean => ($metadata.attempts ?? 1) > 1;

export type Updated =
  /** The attributes that it has changed. */
  | { readonly made: true; readonly after: Record<string, unknown> }
  /** What was there instead, as the wire has it. */
  | { readonly made: false; readonly there: Record<string, AttributeValue>; readonly sentAgain: boolean };

export type Update = (
  key: Record<string, unknown>,
  change: string,
  condition: string | undefined,
  values: Record<string, unknown>,
) => Promise<Updated>;

/** Updates of a table's items. Of the values, those are sent that the expressions name. */
export const updatesOf =
  (dynamo: Dynamo, TableName: string): Update =>
  async (Key, change, condition, values) => {
    let after: Record<string, unknown> = {};
    const command = new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: change,
      ...(condition !== undefined && { ConditionExpression: condition }),
      ExpressionAttributeNames: namesIn(change, condition ?? ''),
      ExpressionAttributeValues: valuesIn(values, change, condition ?? ''),
      ReturnValues: 'UPDATED_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const sending = dynamo.send(command).then(({ Attributes }) => {
      after = Attributes ?? {};
    });
    const refusal = await refusalOf(sending);
    return refusal === undefined
      ? { made: true, after }
      : { made: false, there: refusal.Item ?? {}, sentAgain: wasSentAgain(refusal) };
  };
