import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import { shortReason } from '../../domain/progress.ts';
import type { NotedTick } from '../../domain/tick.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { updatesOf } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';
import { chain } from './chain-item.ts';

const Key = { name: 'ticks' };
const kept = 20;

const putFirst = 'SET #ticks = list_append(:first, if_not_exists(#ticks, :none))';
/** A tick whose answer was lost is sent again, and is noted once. */
const notThere = 'attribute_not_exists(#ticks) OR NOT contains(#ticks, :tick)';

/** The note names the write: a write whose answer was lost is sent again, and must not lose against itself. */
const begin = 'SET #stalled = :stalled, #stallNote = :note';
const end = 'REMOVE #stalled SET #stallNote = :note';
const moves = 'attribute_not_exists(#stalled)';
const stalls = 'attribute_exists(#stalled)';

/** What the latest ticks did (one list, newest first, each tick as JSON text), and whether sync has stalled. */
export function createSyncHealth(
  dynamo: Dynamo,
  prefix: string,
): Pick<ProgressStore, 'noteTick' | 'ticks' | 'noteStall'> {
  const TableName = tableName(prefix, 'progress');
  const update = updatesOf(dynamo, TableName);
  return {
    async noteTick(tick) {
      const text = JSON.stringify({ ...tick, reason: shortReason(tick.reason) });
      const noted = await update(Key, putFirst, notThere, { ':first': [text], ':tick': text, ':none': [] });
      const length = noted.made ? (noted.after.ticks as string[]).length : 0;
      // Cut only now and then. A tick that is put in between only has more of the oldest ones cut.
      if (length >= 2 * kept) await update(Key, cutTo(length), undefined, {});
    },

    async ticks() {
      const { Item } = await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      const texts: readonly string[] = Item?.ticks ?? [];
      return texts.slice(0, kept).map((text): NotedTick => JSON.parse(text));
    },

    async noteStall(stalled) {
      const note = randomUUID();
      const [change, condition] = stalled === null ? [end, stalls] : [begin, moves];
      const short = stalled && { ...stalled, reason: shortReason(stalled.reason) };
      const noted = await update(chain, change, condition, { ':stalled': short, ':note': note });
      return noted.made || noted.there.stallNote?.S === note;
    },
  };
}

const cutTo = (length: number): string =>
  `REMOVE ${Array.from({ length: length - kept }, (_, at) => `#ticks[${kept + at}]`).join(', ')}`;
