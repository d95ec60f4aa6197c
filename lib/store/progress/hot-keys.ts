import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type HotKeys, hotKeySlotOf, hotKeySlots, hotKeysLastMs, hottestKeys } from '../../domain/hot-keys.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import { batchGet } from '../dynamodb/batches.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { tableName } from '../tables.ts';

/** The items keep the name of the first version. */
const slot = (at: number) => ({ name: `heat#${at}` });

/** The keys that are served most: an item per slot, of the process that wrote there last. */
export function createHotKeys(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'saveHotKeys' | 'hotKeys'> {
  const TableName = tableName(prefix, 'progress');
  return {
    async saveHotKeys(process, keys, now) {
      const expiresAt = Math.ceil((now + hotKeysLastMs) / 1000);
      const Item = { ...slot(hotKeySlotOf(process)), keys, at: now, expiresAt };
      await dynamo.send(new PutCommand({ TableName, Item }));
    },

    async hotKeys(now) {
      const slots = Array.from({ length: hotKeySlots }, (_, at) => slot(at));
      return hottestKeys(await batchGet<HotKeys>(dynamo, TableName, slots), now);
    },
  };
}
