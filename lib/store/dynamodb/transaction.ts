import {
  type AttributeValue,
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { PutCommand, type PutCommandInput, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Dynamo } from './client.ts';
import { wasSentAgain } from './conditional.ts';
import { uncontested } from './contention.ts';
import { namesIn, valuesIn } from './expression.ts';
import { fromWire, holdsAllOf, type Scalars } from './wire.ts';

/** An item to be put, of scalars only, and on which condition. */
export interface Put {
  readonly TableName: string;
  readonly Item: Scalars;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

/** All of the clauses must hold; of the values, those are sent that they name. */
export function onCondition(clauses: readonly string[], values: Record<string, unknown> = {}) {
  const named = valuesIn(values, ...clauses);
  return {
    ConditionExpression: clauses.join(' AND '),
    ExpressionAttributeNames: namesIn(...clauses),
    ...(named !== undefined && { ExpressionAttributeValues: named }),
  };
}

/** Puts whose condition did not hold, by their place, with what was there instead (undefined: nothing was). */
export interface Refused {
  readonly images: ReadonlyMap<number, Scalars | undefined>;
  readonly sentAgain: boolean;
  readonly cause: Error;
}

/** All of them or none: one alone is put by itself, more in one transaction. undefined: they were made. */
export async function putTransaction(dynamo: Dynamo, puts: readonly Put[]): Promise<Refused | undefined> {
  const shown = puts.map((put) =>
    put.ConditionExpression === undefined ? put : { ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const },
  );
  const [alone, ...others] = shown as [PutCommandInput, ...PutCommandInput[]];
  try {
    await uncontested<unknown>(() =>
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

/** Parts of a transaction whose condition did not hold, by their place, with what was there instead. */
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

/** A write whose answer was lost is sent again, and must not lose against itself. */
export function isOwn(refused: Refused, place: number, { Item }: Put): boolean {
  const there = refused.images.get(place);
  return refused.sentAgain && there !== undefined && holdsAllOf(Item, there);
}
