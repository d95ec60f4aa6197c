import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { refKey } from '../domain/entity.ts';
import type { AuditEntry, EntityRecord } from '../domain/record.ts';
import type { Compared, Records, SaveOutcome } from '../domain/service.ts';
import { putOfEntry } from './audit.ts';
import type { Dynamo } from './client.ts';
import { uncontested } from './contention.ts';
import { namesIn } from './expression.ts';
import { fromItem, fromWire, type RecordItem, toItem } from './record-item.ts';
import { createRecordReader } from './record-reader.ts';
import { tableName } from './tables.ts';

export function createRecords(dynamo: Dynamo, prefix: string): Records {
  const TableName = tableName(prefix, 'records');

  /** The record first: `outcomeOf` reads the reasons in this order. */
  const together = (record: RecordPut, audit: AuditEntry): Promise<unknown> =>
    dynamo.send(new TransactWriteCommand({ TransactItems: [{ Put: record }, { Put: putOfEntry(audit, prefix) }] }));

  return {
    ...createRecordReader(dynamo, prefix),

    async get(ref) {
      const { Item } = await dynamo.send(
        new GetCommand({ TableName, Key: { ref: refKey(ref) }, ConsistentRead: true }),
      );
      return Item && fromItem(Item as RecordItem);
    },

    async save(record, compared, audit) {
      const put = { TableName, Item: toItem(record), ...stillAsCompared(record, compared) };
      try {
        await uncontested<unknown>(() =>
          audit === undefined ? dynamo.send(new PutCommand(put)) : together(put, audit),
        );
        return { won: true };
      } catch (error) {
        return outcomeOf(error, put.Item, audit);
      }
    },
  };
}

const nothingThere = 'attribute_not_exists(#ref)';
const sameBlock = '#height = :height AND #hash = :hash';
const sameSequence = '#sequence = :sequence';
/** Nobody moves a record back in time; only a correction, which compares the sequence alone, may. */
const notFromAbove = '#height <= :newHeight';
/** An older version of the code saves nothing over a newer one's record, also where block and sequence are the same. */
const rulesNotNewer = '#rules <= :newRules';

/** What must hold of the stored record for this save to win; the loser is shown the image that was there instead. */
function stillAsCompared(record: EntityRecord, compared: Compared | undefined) {
  const loserSeesWinner = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  if (compared === undefined) {
    return { ConditionExpression: nothingThere, ExpressionAttributeNames: namesIn(nothingThere), ...loserSeesWinner };
  }
  const always = { ':sequence': compared.sequence, ':newRules': record.rules };
  const clauses = compared.sequenceAlone
    ? [sameSequence, rulesNotNewer]
    : [sameBlock, sameSequence, notFromAbove, rulesNotNewer];
  return {
    ConditionExpression: clauses.join(' AND '),
    ExpressionAttributeNames: namesIn(...clauses),
    ExpressionAttributeValues: compared.sequenceAlone
      ? always
      : { ...always, ':height': compared.height, ':hash': compared.hash, ':newHeight': record.block.height },
    ...loserSeesWinner,
  };
}

type RecordPut = { TableName: string; Item: RecordItem } & ReturnType<typeof stillAsCompared>;

function outcomeOf(error: unknown, mine: RecordItem, audit: AuditEntry | undefined): SaveOutcome {
  if (error instanceof ConditionalCheckFailedException) return lost(error.Item, mine, error);
  if (!(error instanceof TransactionCanceledException)) throw error;
  const [ofRecord, ofAudit] = error.CancellationReasons ?? [];
  if (ofRecord?.Code === 'ConditionalCheckFailed') return lost(ofRecord.Item, mine, error);
  if (ofAudit?.Code !== 'ConditionalCheckFailed') throw error;
  throw new Error(`the audit trail of ${mine.ref} has an entry ${audit?.sequence} that its record knows nothing of`, {
    cause: error,
  });
}

type Refusal = ConditionalCheckFailedException | TransactionCanceledException;

/** A write whose answer was lost is sent again, and must not lose against itself. */
function lost(image: ConditionalCheckFailedException['Item'], mine: RecordItem, refusal: Refusal): SaveOutcome {
  if (image === undefined) return { won: false, winner: undefined };
  const there = fromWire(image);
  const sentAgain = (refusal.$metadata.attempts ?? 1) > 1;
  if (sentAgain && Object.entries(mine).every(([name, part]) => there[name] === part)) return { won: true };
  return { won: false, winner: fromItem(there) };
}
