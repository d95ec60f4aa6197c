import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { blockRef } from '../../domain/block.ts';
import type { Directory, ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { updatesOf } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';

/**
 * The validators seen so far, and the one span of switch blocks that was walked without a gap. Processes add to it in any order:
 * the set only grows, and each end of the span moves only outwards, and only by a span that reaches it. Two walks with a gap
 * between them must not look like one.
 */
export function createDirectory(dynamo: Dynamo, prefix: string): Pick<ProgressStore, 'directory' | 'growDirectory'> {
  const TableName = tableName(prefix, 'progress');
  const Key = { name: 'validators' };
  const update = updatesOf(dynamo, TableName);
  const grow = async (change: string, condition: string | undefined, values: Record<string, unknown>) =>
    (await update(Key, change, condition, values)).made;

  return {
    async directory() {
      const { Item } = await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return {
        validators: [...((Item?.validators as Set<string> | undefined) ?? [])].sort(),
        newest: Item?.newest ?? null,
        oldest: Item?.oldest ?? null,
        next: Item?.next ?? null,
      };
    },

    async growDirectory({ validators, newest, oldest, next }: Directory) {
      // Validators before the span: a span must never be stored without the validators that were seen in it.
      if (validators.length > 0) await grow(addValidators, undefined, { ':validators': new Set(validators) });
      if (newest === null || oldest === null) return;
      const { height, hash } = newest;
      const span = { ':newest': blockRef(newest), ':oldest': oldest, ':next': next };
      if (await grow(beginSpan, noSpan, span)) return;
      await grow(riseTo, reachesUp, { ...span, ':height': height });
      await grow(fallTo, reachesDown, { ':oldest': oldest, ':next': next, ':height': height, ':hash': hash });
    },
  };
}

const addValidators = 'ADD #validators :validators';

const beginSpan = 'SET #newest = :newest, #oldest = :oldest, #next = :next';
const noSpan = 'attribute_not_exists(#newest)';

/** `newest` only rises, by a span that overlaps the stored one or begins right after it. */
const riseTo = 'SET #newest = :newest';
const reachesUp = '#newest.#height < :height AND (#newest.#height >= :oldest OR #newest.#hash = :next)';

/** `oldest`, and with it `next`, only moves back, by a span that overlaps the stored one or ends right before it. */
const fallTo = 'SET #oldest = :oldest, #next = :next';
const reachesDown = '#oldest > :oldest AND (#oldest <= :height OR #next = :hash)';
