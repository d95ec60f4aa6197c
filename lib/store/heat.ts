import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Heat, heatLastsMs, heatSlotOf, heatSlots, hottest } from '../domain/heat.ts';
import type { ProgressStore } from '../domain/store.ts';
import { batchGet } from './batch-get.ts';
import type { Dynamo } from './client.ts';
import { tableName } from './tables.ts';

const slot = (at: number) => ({ name: `heat#${at}` });

/** What is served most: an item per slot, of the process that wrote there last. */
export function createHeat(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'noteHeat' | 'heat'> {
  const TableName = tableName(prefix, 'progress');
  return {
    async noteHeat(process, keys, now) {
      const expiresAt = Math.ceil((now + heatLastsMs) / 1000);
      const Item = { ...slot(heatSlotOf(process)), keys, at: now, expiresAt };
      await dynamo.send(new PutCommand({ TableName, Item }));
    },

    async heat(now) {
      const slots = Array.from({ length: heatSlots }, (_, at) => slot(at));
      return hottest(await batchGet<Heat>(dynamo, TableName, slots), now);
    },
  };
}
