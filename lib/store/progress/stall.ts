import { randomUUID } from 'node:crypto';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { updatesOf } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';
import { chain } from './chain-item.ts';

/** The note names the write: one whose answer was lost is sent again, and must not lose against itself. */
const begin = 'SET #stalled = :stalled, #stallNote = :note';
const end = 'REMOVE #stalled SET #stallNote = :note';
const getsOn = 'attribute_not_exists(#stalled)';
const stalls = 'attribute_exists(#stalled)';

/** Whether sync gets on: told by one of all who notice. */
export function createStall(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'noteStall'> {
  const update = updatesOf(dynamo, tableName(prefix, 'progress'));
  return {
    async noteStall(stalled) {
      const note = randomUUID();
      const [change, condition] = stalled === null ? [end, stalls] : [begin, getsOn];
      const noted = await update(chain, change, condition, { ':stalled': stalled, ':note': note });
      return noted.made || noted.there.stallNote?.S === note;
    },
  };
}
