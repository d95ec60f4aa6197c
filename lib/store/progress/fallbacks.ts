import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Fallbacks, fallbackSlotOf, fallbackSlots, fallbacksLastMs, fallenBack } from '../../domain/fallbacks.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import { batchGet } from '../dynamodb/batch-get.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { tableName } from '../tables.ts';

const slot = (at: number) => ({ name: `fallbacks#${at}` });

/** What the database has answered of late: an item per slot, of the process that wrote there last. */
export function createFallbacks(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'noteFallbacks' | 'fallbacks'> {
  const TableName = tableName(prefix, 'progress');
  return {
    async noteFallbacks(process, keys, now) {
      const expiresAt = Math.ceil((now + fallbacksLastMs) / 1000);
      const Item = { ...slot(fallbackSlotOf(process)), keys, at: now, expiresAt };
      await dynamo.send(new PutCommand({ TableName, Item }));
    },

    async fallbacks(now) {
      const slots = Array.from({ length: fallbackSlots }, (_, at) => slot(at));
      return fallenBack(await batchGet<Fallbacks>(dynamo, TableName, slots), now);
    },
  };
}
