import {
  type AttributeValue,
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { PutCommand, type PutCommandInput, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Dynamo } from './client.ts';
import { namesIn, valuesIn, wasSentAgain } from './conditional.ts';
import { uncontested } from './contention.ts';

/** Attributes of an item: scalars only. An attribute that is undefined is not stored. */
export type Scalars = Readonly<Record<string, string | number | boolean | undefined>>;

/** An item to be put, and on which condition. */
export interface Put {
  readonly TableName: string;
  readonly Item: Scalars;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

/** All of the clauses must hold. Of the values, only those are sent that the clauses name. */
export function onCondition(clauses: readonly string[], values: Record<string, unknown> = {}) {
  const named = valuesIn(values, ...clauses);
  return {
    ConditionExpression: clauses.join(' AND '),
    ExpressionAttributeNames: namesIn(...clauses),
    ...(named !== undefined && { ExpressionAttributeValues: named }),
  };
}

/** The puts whose condition did not hold, by their place, each with the stored item (undefined: there is none). */
export interface Refused {
  readonly images: ReadonlyMap<number, Scalars | undefined>;
  readonly sentAgain: boolean;
  readonly cause: Error;
}

/** Makes all of the puts or none: one put by itself, several in one transaction. undefined: they were made. */
export async function putTransaction(dynamo: Dynamo, puts: readonly Put[]): Promise<Refused | undefined> {
  const shown = puts.map((put) =>
    put.ConditionExpression === undefined ? put : { ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const },
  );
  const [alone, ...others] = shown as [PutCommandInput, ...PutCommandInput[]];
  try {
    await uncontested<unknown>(dynamo, () =>
      others.length === 0
        ? dynamo.send(new PutCommand(alone))
        : dynamo.send(new TransactWriteCommand({ TransactItems: shown.map((put) => ({ Put: put })) })),
    );
    return undefined;
  } catch (error) {
    return refusedBy(error);
  }
}

function refusedBy(error: unknown): Refused {
  if (error instanceof ConditionalCheckFailedException) return refused([[0, error.Item]], error);
  const failed = conditionsFailed(error);
  if (!(error instanceof TransactionCanceledException) || failed.length === 0) throw error;
  return refused(failed, error);
}

type Image = Record<string, AttributeValue> | undefined;

/** The parts of a transaction whose condition did not hold, by their place, each with the stored item. */
export const conditionsFailed = (error: unknown): (readonly [number, Image])[] =>
  error instanceof TransactionCanceledException
    ? (error.CancellationReasons ?? []).flatMap(({ Code, Item }, at) =>
        Code === 'ConditionalCheckFailed' ? [[at, Item] as const] : [],
      )
    : [];

const refused = (
  failed: readonly (readonly [number, Image])[],
  cause: ConditionalCheckFailedException | TransactionCanceledException,
): Refused => ({
  images: new Map(failed.map(([at, image]) => [at, image && fromWire(image)])),
  sentAgain: wasSentAgain(cause),
  cause,
});

/** The stored item in an error comes as the wire has it: the document client unmarshals answers only. */
const fromWire = (image: Record<string, AttributeValue>): Scalars =>
  Object.fromEntries(
    Object.entries(image).map(([name, { S, N, BOOL }]) => [name, S ?? (N === undefined ? BOOL : Number(N))]),
  );

/** True where the stored item is this very put: its first answer was lost, and it was sent again. Such a put has won. */
export function isOwn(refused: Refused, place: number, { Item }: Put): boolean {
  const there = refused.images.get(place);
  return (
    refused.sentAgain &&
    there !== undefined &&
    Object.entries(Item).every(([name, part]) => (there as Scalars)[name] === part)
  );
}
