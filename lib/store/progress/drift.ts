import { dayAt, lastDays } from '../../domain/days.ts';
import type { Drift, ProgressStore } from '../../domain/ports/progress-store.ts';
import { batchGet } from '../dynamodb/batches.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { updatesOf } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';

const daysReported = 7;
const keptSeconds = 14 * 86_400;

const ofDay = (day: string) => ({ name: `drift#${day}` });
/** Many processes add at once, and nothing is lost. A write whose answer was lost may count twice: a rate can bear that. */
const add = 'ADD #same :same, #differs :differs, #none :none SET #expiresAt = :expiresAt';

type StoredDrift = Drift & { readonly name: string };

/** How often the database would have answered as the chain did: an item per day. */
export function createDrift(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'noteDrift' | 'drift'> {
  const TableName = tableName(prefix, 'progress');
  const update = updatesOf(dynamo, TableName);
  return {
    async noteDrift({ same, differs, none }, now) {
      const expiresAt = Math.ceil(now / 1000) + keptSeconds;
      await update(ofDay(dayAt(now)), add, undefined, {
        ':same': same,
        ':differs': differs,
        ':none': none,
        ':expiresAt': expiresAt,
      });
    },

    async drift(now) {
      const days = lastDays(now, daysReported);
      const items = await batchGet<StoredDrift>(dynamo, TableName, days.map(ofDay));
      const found = new Map(items.map((item) => [item.name, item]));
      return days.flatMap((day) => {
        const item = found.get(ofDay(day).name);
        return item === undefined ? [] : [{ day, same: item.same, differs: item.differs, none: item.none }];
      });
    },
  };
}
