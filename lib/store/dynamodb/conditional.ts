import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Dynamo } from './client.ts';

/** Names every `#attribute` of the expressions, so that no attribute clashes with one of DynamoDB's 573 reserved words. */
export const namesIn = (...expressions: readonly string[]): Record<string, string> =>
  Object.fromEntries(expressions.flatMap((text) => text.match(/#\w+/g) ?? []).map((name) => [name, name.slice(1)]));

/** Those of the values that the expressions name: the engine refuses any other. undefined where there is none. */
export function valuesIn(
  values: Record<string, unknown>,
  ...expressions: readonly string[]
): Record<string, unknown> | undefined {
  const named = new Set(expressions.flatMap((text) => text.match(/:\w+/g) ?? []));
  const found = Object.entries(values).filter(([name]) => named.has(name));
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** A condition that holds when each of the clauses holds. */
export const all = (...clauses: readonly string[]): string => clauses.map((clause) => `(${clause})`).join(' AND ');

/** How the condition of a write failed; undefined when the write was made. Every other failure is thrown. */
export async function refusalOf(write: Promise<unknown>): Promise<ConditionalCheckFailedException | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error;
    throw error;
  }
}

/** The SDK sent the request again: the write may have been refused because its first attempt, whose answer was lost, was made. */
export const wasSentAgain = ({
  $metadata,
}: {
  readonly $metadata: { readonly attempts?: number | undefined };
}): boolean => ($metadata.attempts ?? 1) > 1;

export type Updated =
  /** `after`: the attributes that the update has changed. */
  | { readonly made: true; readonly after: Record<string, unknown> }
  /** `there`: the stored item, as the wire has it. */
  | { readonly made: false; readonly there: Record<string, AttributeValue>; readonly sentAgain: boolean };

export type Update = (
  key: Record<string, unknown>,
  change: string,
  condition: string | undefined,
  values: Record<string, unknown>,
) => Promise<Updated>;

/** Updates items of a table. Of the values, only those are sent that the expressions name. */
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
