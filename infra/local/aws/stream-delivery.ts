import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import type { FunctionName, Stream } from '../../manifest.ts';
import { type Functions, invokeFunction } from './functions.ts';

/** A record that failed at every attempt. */
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
  /** Pause before a failed record is retried. */
  readonly pauseMs: number;
  readonly onDeadLetter: (letter: DeadLetter) => void;
  readonly signal: AbortSignal;
}

/**
 * Delivers records to the stream's function in order, as Lambda does, until each record is handled or is a dead letter. The
 * function reports the records that failed; the first of them and all later records are delivered again. A batch that fails
 * as a whole is halved.
 */
export async function deliver(records: readonly StreamRecord[], streamArn: string, delivery: Delivery): Promise<void> {
  const { stream, functions, pauseMs, onDeadLetter, signal } = delivery;
  let waiting = records;
  let size = records.length;
  /** Failed attempts of the first waiting record. */
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
    onDeadLetter(letterOf(waiting[0], stream, failed.error));
    waiting = waiting.slice(1);
    size = waiting.length;
    failures = 0;
  }
}

interface Attempt {
  /** Number of records, from the first one, that need no further delivery. */
  readonly handled: number;
  /** `named`: the first record after the handled ones failed. Otherwise it is unknown which record failed. */
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
  const positions = failures.map(({ itemIdentifier }) =>
    batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
  );
  if (positions.includes(-1)) {
    const error = 'the function reported a record that is not in the batch';
    return { handled: 0, failed: { error, named: false } };
  }
  return {
    handled: Math.min(...positions),
    failed: { error: 'the function reported this record as failed', named: true },
  };
}

/** The record as Lambda delivers it: with its stream's ARN, and times in epoch seconds. No table has binary attributes. */
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
