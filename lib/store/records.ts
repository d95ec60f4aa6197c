import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { TrailAhead } from '../domain/audit-chain.ts';
import { refKey } from '../domain/entity.ts';
import { eventsOf } from '../domain/events.ts';
import type { Records, SaveCondition, SaveOutcome } from '../domain/ports/records.ts';
import { LOGIC_VERSION } from '../domain/progress.ts';
import type { EntityRecord } from '../domain/record.ts';
import { putOfEntry } from './audit.ts';
import { createChecked } from './checked.ts';
import { putOfConflict } from './conflicts.ts';
import { batchGet } from './dynamodb/batches.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { namesIn, refusalOf } from './dynamodb/conditional.ts';
import { uncontested } from './dynamodb/contention.ts';
import { isOwn, onCondition, type Put, putTransaction, type Refused } from './dynamodb/transaction.ts';
import { putsOfLists } from './listings.ts';
import { putOfEvent } from './outbox.ts';
import { markText, type RecordItem, recordFromItem, recordToItem } from './record-item.ts';
import { tableMark, tableName } from './tables.ts';

export function createRecords(dynamo: Dynamo, prefix: string): Records {
  const TableName = tableName(prefix, 'records');
  const tables = tableMark(prefix);

  async function get(ref: EntityRecord['ref']): Promise<EntityRecord | undefined> {
    const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { ref: refKey(ref) }, ConsistentRead: true }));
    return Item && recordFromItem(Item as RecordItem, tables);
  }

  return {
    ...createChecked(dynamo, prefix),
    get,

    async getMany(refs) {
      const distinct = [...new Set(refs.map(refKey))];
      const keys = distinct.map((ref) => ({ ref }));
      const items = await batchGet<RecordItem>(dynamo, TableName, keys);
      const found = new Map(items.map((item) => [item.ref, recordFromItem(item, tables)]));
      return refs.map((ref) => found.get(refKey(ref)));
    },

    async save(record, compared, audit, conflict, entry, accounts) {
      const put: Put = { TableName, Item: recordToItem(record, tables), ...stillAsCompared(record, compared) };
      const ofAudit = audit && putOfEntry(audit, prefix);
      const ofConflict = conflict && putOfConflict(conflict, prefix);
      const events = eventsOf(audit, conflict, { accounts, at: entry?.timestamp }).map((event) =>
        putOfEvent(event, prefix),
      );
      const ofEntry = entry && putOfEntry(entry, prefix);
      // Rule COLLECT-1.
      const lists = putsOfLists(record, compared, prefix);
      const puts = [put, ofAudit, ofConflict, ofEntry, ...events, ...lists].filter((one) => one !== undefined);
      // Rule ITEM-3: a change and its audit entry are one transaction.
      const refused = await putTransaction(dynamo, puts);
      if (refused === undefined) return { won: true };
      if (refused.images.has(0)) return lost(refused, put, tables);
      if (ofAudit !== undefined && refused.images.has(puts.indexOf(ofAudit))) {
        throw new TrailAhead(
          `the audit trail of ${refKey(record.ref)} has an entry ${audit?.sequence} that its record does not know`,
          { cause: refused.cause },
        );
      }
      // Only the conflict's condition failed: another change of it was faster, or it was this write, sent again.
      if (ofConflict !== undefined && isOwn(refused, puts.indexOf(ofConflict), ofConflict)) return { won: true };
      return { won: false, winner: await get(record.ref) };
    },

    async renew(record, trackedUntil) {
      const { ref, readSet, followedUntil } = recordToItem(record, tables);
      const command = new UpdateCommand({
        TableName,
        Key: { ref },
        UpdateExpression: setTrackedUntil,
        ConditionExpression: stillTracked,
        ExpressionAttributeNames: namesIn(setTrackedUntil, stillTracked),
        ExpressionAttributeValues: {
          ':height': record.block.height,
          ':hash': record.block.hash,
          ':sequence': record.sequence,
          ':logicVersion': LOGIC_VERSION,
          ':readSet': readSet,
          ':before': followedUntil,
          ':until': trackedUntil,
        },
        ReturnValues: 'ALL_NEW',
      });
      let renewed: EntityRecord | undefined;
      const update = async () => {
        const { Attributes } = await dynamo.send(command);
        renewed = recordFromItem(Attributes as RecordItem, tables);
      };
      if ((await refusalOf(uncontested(dynamo, update))) === undefined) return renewed;
      const there = await get(record.ref);
      // Renewed already: by this very write, whose first answer was lost, or by another one.
      return there !== undefined && isSameBlock(there, record) && there.trackedUntil >= trackedUntil
        ? there
        : undefined;
    },
  };
}

const setTrackedUntil = 'SET #followedUntil = :until';
const sameTracking = '#readSet = :readSet AND #followedUntil = :before';

const nothingThere = 'attribute_not_exists(#ref)';
const sameBlock = '#height = :height AND #hash = :hash';
const sameSequence = '#sequence = :sequence';
/** A record never moves back in time; only a correction may do that, which compares the sequence alone (rule SAVE-8). */
const notFromAbove = '#height <= :newHeight';
/** Rule ITEM-5: a lower logic version (stored as `rules`) saves nothing over the record of a higher one. */
const logicVersionNotHigher = '#rules <= :logicVersion';

/** Setting or removing a mark changes neither block nor sequence, so the mark is compared by itself. */
const unmarked = 'attribute_not_exists(#conflict)';
const sameMark = '#conflict = :conflict';

/** Rule SAVE-3: the stored record must be the one that was compared with. */
function stillAsCompared(record: EntityRecord, compared: SaveCondition | undefined) {
  if (compared === undefined) return onCondition([nothingThere]);
  const { height, hash, sequence, conflict } = compared;
  const clauses = compared.sequenceAlone
    ? [sameSequence, logicVersionNotHigher]
    : [sameBlock, sameSequence, notFromAbove, logicVersionNotHigher];
  if (conflict !== undefined) clauses.push(conflict === null ? unmarked : sameMark);
  return onCondition(clauses, {
    ':height': height,
    ':hash': hash,
    ':sequence': sequence,
    ':newHeight': record.block.height,
    ':logicVersion': record.logicVersion,
    ':conflict': conflict && markText(conflict),
  });
}

/** Rule TRACK-2: the watches that were written are those of the stored record. */
const stillTracked = [sameBlock, sameSequence, sameTracking, logicVersionNotHigher].join(' AND ');

const isSameBlock = (a: EntityRecord, b: EntityRecord): boolean =>
  a.block.height === b.block.height && a.block.hash === b.block.hash && a.sequence === b.sequence;

/** The loser gets the stored record (rule SAVE-3). */
function lost(refused: Refused, mine: Put, tables: string): SaveOutcome {
  if (isOwn(refused, 0, mine)) return { won: true };
  const there = refused.images.get(0);
  return { won: false, winner: there && recordFromItem(there as RecordItem, tables) };
}
