import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Tick } from '../../domain/tick.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { updatesOf } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';

const Key = { name: 'ticks' };
const kept = 20;

const putFirst = 'SET #ticks = list_append(:first, if_not_exists(#ticks, :none))';
/** A tick whose answer was lost is sent again, and is noted once. */
const unknown = 'attribute_not_exists(#ticks) OR NOT contains(#ticks, :tick)';

/** What the latest runs of sync did: one list, newest first, each tick as JSON text. */
export function createTicks(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'noteTick' | 'ticks'> {
  const TableName = tableName(prefix, 'progress');
  const update = updatesOf(dynamo, TableName);
  return {
    async noteTick(tick) {
      const text = JSON.stringify(tick);
      const noted = await update(Key, putFirst, unknown, { ':first': [text], ':tick': text, ':none': [] });
      const length = noted.made ? (noted.after.ticks as string[]).length : 0;
      // Cut now and then: whoever puts one first meanwhile only has more of the oldest ones cut.
      if (length >= 2 * kept) await update(Key, cutTo(length), undefined, {});
    },

    async ticks() {
      const { Item } = await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      const texts: readonly string[] = Item?.ticks ?? [];
      return texts.slice(0, kept).map((text): Tick => JSON.parse(text));
    },
  };
}

const cutTo = (length: number): string =>
  `REMOVE ${Array.from({ length: length - kept }, (_, at) => `#ticks[${kept + at}]`).join(', ')}`;
