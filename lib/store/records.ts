import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { TrailAhead } from '../domain/audit-chain.ts';
import { refKey } from '../domain/entity.ts';
import { eventsOf } from '../domain/events.ts';
import type { Records, SaveCondition, SaveOutcome } from '../domain/ports/records.ts';
import type { EntityRecord } from '../domain/record.ts';
import { putOfEntry } from './audit-item.ts';
import { createChecked } from './checked.ts';
import { putOfConflict } from './conflict-item.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { isOwn, onCondition, type Put, putTransaction, type Refused } from './dynamodb/transaction.ts';
import { createMarkChecked } from './mark-checked.ts';
import { putOfEvent } from './outbox.ts';
import { markText, type RecordItem, recordFromItem, recordToItem } from './record-item.ts';
import { createRecordReader } from './record-reader.ts';
import { tableName } from './tables.ts';

export function createRecords(dynamo: Dynamo, prefix: string): Records {
  const TableName = tableName(prefix, 'records');

  async function get(ref: EntityRecord['ref']): Promise<EntityRecord | undefined> {
    const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { ref: refKey(ref) }, ConsistentRead: true }));
    return Item && recordFromItem(Item as RecordItem);
  }

  return {
    ...createRecordReader(dynamo, prefix),
    ...createChecked(dynamo, prefix),
    ...createMarkChecked(dynamo, prefix),
    get,

    async save(record, compared, audit, conflict) {
      const put: Put = { TableName, Item: recordToItem(record), ...stillAsCompared(record, compared) };
      const ofAudit = audit && putOfEntry(audit, prefix);
      const ofConflict = conflict && putOfConflict(conflict, prefix);
      const events = eventsOf(audit, conflict).map((event) => putOfEvent(event, prefix));
      const puts = [put, ofAudit, ofConflict, ...events].filter((one) => one !== undefined);
      const refused = await putTransaction(dynamo, puts);
      if (refused === undefined) return { won: true };
      if (refused.images.has(0)) return lost(refused, put);
      if (ofAudit !== undefined && refused.images.has(puts.indexOf(ofAudit))) {
        throw new TrailAhead(
          `the audit trail of ${refKey(record.ref)} has an entry ${audit?.sequence} that its record knows nothing of`,
          { cause: refused.cause },
        );
      }
      // Only the conflict is left: another one was faster, or it was this very write.
      if (ofConflict !== undefined && isOwn(refused, puts.indexOf(ofConflict), ofConflict)) return { won: true };
      return { won: false, winner: await get(record.ref) };
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

/** Who marks a record, or takes the mark off, moves neither block nor sequence. */
const unmarked = 'attribute_not_exists(#conflict)';
const sameMark = '#conflict = :conflict';

/** What must hold of the stored record for this save to win. */
function stillAsCompared(record: EntityRecord, compared: SaveCondition | undefined) {
  if (compared === undefined) return onCondition([nothingThere]);
  const { height, hash, sequence, conflict } = compared;
  const clauses = compared.sequenceAlone
    ? [sameSequence, rulesNotNewer]
    : [sameBlock, sameSequence, notFromAbove, rulesNotNewer];
  if (conflict !== undefined) clauses.push(conflict === null ? unmarked : sameMark);
  return onCondition(clauses, {
    ':height': height,
    ':hash': hash,
    ':sequence': sequence,
    ':newHeight': record.block.height,
    ':newRules': record.logicVersion,
    ':conflict': conflict && markText(conflict),
  });
}

/** The loser is shown the record that was there instead. */
function lost(refused: Refused, mine: Put): SaveOutcome {
  if (isOwn(refused, 0, mine)) return { won: true };
  const there = refused.images.get(0);
  return { won: false, winner: there && recordFromItem(there as RecordItem) };
}
