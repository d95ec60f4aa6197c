import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import type { FunctionName, Stream } from '../../manifest.ts';
import { type Functions, invokeFunction } from './functions.ts';

/** A record that was given up. */
export interface DeadLetter {
  readonly table: Stream['table'];
  readonly function: FunctionName;
  readonly sequenceNumber: string;
  readonly keys: object;
  /** Why the last attempt failed. */
  readonly error: string;
}

export interface Delivery {
  readonly stream: Stream;
  readonly functions: Functions;
  /** Before what failed is tried again. */
  readonly pauseMs: number;
  readonly bury: (letter: DeadLetter) => void;
  readonly signal: AbortSignal;
}

/**
 * Hands records to the stream's function until each is handled or given up, in order, as Lambda does: the function names
 * those that failed, and is given them and what came behind them again. A batch that fails as a whole is halved.
 */
export async function deliver(records: readonly StreamRecord[], streamArn: string, delivery: Delivery): Promise<void> {
  const { stream, functions, pauseMs, bury, signal } = delivery;
  let waiting = records;
  let size = records.length;
  /** Of the first one that waits. */
  let failures = 0;
  while (waiting.length > 0 && !signal.aborted) {
    const batch = waiting.slice(0, size);
    const { handled, failed } = await attempt(batch, streamArn, stream.function, functions);
    waiting = waiting.slice(handled);
    if (failed === undefined) {
      size = waiting.length;
      failures = 0;
      continue;
    }
    if (!failed.named && batch.length > 1) {
      size = Math.ceil(batch.length / 2);
      continue;
    }
    failures = handled > 0 ? 1 : failures + 1;
    if (failures <= stream.retries) {
      await pause(pauseMs, undefined, { signal, ref: false }).catch(() => {});
      continue;
    }
    bury(letterOf(waiting[0], stream, failed.error));
    waiting = waiting.slice(1);
    size = waiting.length;
    failures = 0;
  }
}

interface Attempt {
  /** How many from the first one on need not be given again. */
  readonly handled: number;
  /** `named`: the first of the others is the one that failed; else any of them may be. */
  readonly failed?: { readonly error: string; readonly named: boolean };
}

async function attempt(
  batch: readonly StreamRecord[],
  streamArn: string,
  name: FunctionName,
  functions: Functions,
): Promise<Attempt> {
  const event = { Records: batch.map((record) => eventOf(record, streamArn)) };
  let answer: { batchItemFailures?: readonly { itemIdentifier?: string }[] | null } | null | undefined;
  try {
    answer = (await invokeFunction(functions, name, event, randomUUID())) as typeof answer;
  } catch (error) {
    return { handled: 0, failed: { error: String(error), named: false } };
  }
  const failures = answer?.batchItemFailures ?? [];
  if (failures.length === 0) return { handled: batch.length };
  const places = failures.map(({ itemIdentifier }) =>
    batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
  );
  if (places.includes(-1)) {
    return { handled: 0, failed: { error: 'the function named a record that it was not given', named: false } };
  }
  return { handled: Math.min(...places), failed: { error: 'the function said that it failed', named: true } };
}

/** As Lambda gives it to functions: times in epoch seconds, and where it comes from. (Binary attributes, which no table has, would be base64.) */
const eventOf = ({ dynamodb, ...record }: StreamRecord, eventSourceARN: string) => ({
  ...record,
  eventSourceARN,
  dynamodb: {
    ...dynamodb,
    ApproximateCreationDateTime: Math.floor((dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0) / 1000),
  },
});

const letterOf = (record: StreamRecord | undefined, stream: Stream, error: string): DeadLetter => ({
  table: stream.table,
  function: stream.function,
  sequenceNumber: record?.dynamodb?.SequenceNumber ?? '',
  keys: record?.dynamodb?.Keys ?? {},
  error,
});
