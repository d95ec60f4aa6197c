import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { updatesOf } from '../dynamodb/conditional.ts';
import { all } from '../dynamodb/expression.ts';
import { tableName } from '../tables.ts';
import { chain } from './chain-item.ts';

const settle = 'REMOVE #reconcileFrom';
const notAbove = '#reconcileFrom.#height <= :height';
/** One that was asked for before moments were noted has none. */
const askedBefore = 'attribute_not_exists(#reconcileFrom.#at) OR #reconcileFrom.#at < :since';

/** That everything is to be held against the chain (see `moveCursor`) is over; what was asked for meanwhile stays. */
export function createReconcileFrom(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'reconciled'> {
  const update = updatesOf(dynamo, tableName(prefix, 'progress'));
  return {
    async reconciled(height, since) {
      await update(chain, settle, all(notAbove, askedBefore), { ':height': height, ':since': since });
    },
  };
}
